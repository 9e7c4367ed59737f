# One release: the code, and the same hashed lock as everywhere else, on a slim Python. Nothing is mounted into it.
#   docker compose build       with the version of .env (DVC766_VERSION), which pyproject.toml says, too
ARG PYTHON_VERSION=3.11
FROM python:${PYTHON_VERSION}-slim-bookworm

ARG UV_VERSION=0.13.9
ARG USER_ID=50000

# Installed as root, compiled once: Airflow's commands start three times faster with bytecode.
COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir "uv==${UV_VERSION}" \
    && uv pip install --system --no-cache --require-hashes --compile-bytecode -r /tmp/requirements.txt \
    && pip uninstall --yes uv \
    && rm /tmp/requirements.txt \
    && useradd --uid "${USER_ID}" --gid 0 --no-create-home --home-dir /var/lib/dvc766 dvc766 \
    && install -d -o "${USER_ID}" -g 0 -m 0770 /var/lib/dvc766/airflow /var/lib/dvc766/state \
       /var/lib/dvc766/publications /var/lib/dvc766/signing /var/lib/dvc766/editions

WORKDIR /opt/dvc766
COPY entrypoint requirements.txt pyproject.toml ./
COPY dags/ dags/
COPY dbt_project/ dbt_project/
COPY expectations/ expectations/
COPY plugins/ plugins/
COPY portal_simulator/ portal_simulator/
RUN python -m compileall -q dags plugins portal_simulator

ENV PYTHONPATH=/opt/dvc766/plugins:/opt/dvc766 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/var/lib/dvc766/airflow \
    DVC766_STATE=/var/lib/dvc766/state \
    DVC766_EDITIONS=/var/lib/dvc766/editions

ARG VERSION
ARG REVISION=unknown
RUN grep --quiet --line-regexp --fixed-strings "version = \"${VERSION}\"" pyproject.toml \
    || { echo "VERSION is '${VERSION}', pyproject.toml says another: set DVC766_VERSION in .env." >&2; exit 1; }
LABEL org.opencontainers.image.title="dvc766" \
      org.opencontainers.image.description="Monthly ranking of agencies by Decision 766/QĐ-TTg" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

USER ${USER_ID}
ENTRYPOINT ["/opt/dvc766/entrypoint"]
CMD ["airflow", "version"]
