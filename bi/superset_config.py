"""Superset's settings. Read by Superset itself, in its own environment, before anything else of it is imported."""

from __future__ import annotations

import os

SECRET_KEY = os.environ["BI_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["BI_METADATA_URL"]
GUEST_TOKEN_JWT_SECRET = SECRET_KEY  # Superset's own is a public constant; no guest token is given out here

LANGUAGES = {"vi": {"flag": "vn", "name": "Tiếng Việt"}, "en": {"flag": "us", "name": "English"}}
BABEL_DEFAULT_LOCALE = "vi"
D3_FORMAT = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]}
D3_TIME_FORMAT = {
    "dateTime": "%d/%m/%Y %H:%M",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["SA", "CH"],
    "days": ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
    "shortDays": ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    "months": [f"Tháng {month}" for month in range(1, 13)],
    "shortMonths": [f"Th{month}" for month in range(1, 13)],
}

APP_NAME = "Chỉ số 766"
FEATURE_FLAGS = {
    "DASHBOARD_RBAC": True,  # a dashboard is for the roles that its asset names, not for whoever knows a dataset of it
    "DRILL_TO_DETAIL": True,
    "DRILL_BY": False,
    "ALERT_REPORTS": False,
    "EMBEDDED_SUPERSET": False,
}
ROW_LIMIT = 5000
FILTER_SELECT_ROW_LIMIT = 1000
SQLLAB_TIMEOUT = SUPERSET_WEBSERVER_TIMEOUT = 30  # of the reading roles, too
CSV_EXPORT = {"encoding": "utf-8-sig"}
PREVENT_UNSAFE_DB_CONNECTIONS = True
FAB_ADD_SECURITY_API = False
ENABLE_CORS = False
WTF_CSRF_ENABLED = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = os.environ.get("BI_BEHIND_TLS") == "yes"
ENABLE_PROXY_FIX = SESSION_COOKIE_SECURE

# Superset's own policy without the hosts of its telemetry, which no setting switches off, and of its maps.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}
