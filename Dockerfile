# The same hashed lock as everywhere else, on a slim Python. The project's folders are mounted read-only.
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

ENV PYTHONPATH=/opt/dvc766/plugins:/opt/dvc766 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/var/lib/dvc766/airflow \
    DVC766_STATE=/var/lib/dvc766/state \
    DVC766_EDITIONS=/var/lib/dvc766/editions

WORKDIR /opt/dvc766
USER ${USER_ID}
CMD ["airflow", "version"]
