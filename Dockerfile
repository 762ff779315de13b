# syntax=docker/dockerfile:1
# The application's image (target `app`), and the proxy in front of it (target `proxy`).

FROM python:3.12-slim-bookworm AS packages
COPY requirements/run.txt /build/run.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-input --require-hashes --no-deps \
        --requirement /build/run.txt

FROM python:3.12-slim-bookworm AS app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PRM_DATA=/data \
    PRM_STATIC=/srv/static
# The numbers are fixed, so that volumes keep their owner over rebuilds.
RUN groupadd --system --gid 10001 prm \
    && useradd --system --uid 10001 --gid prm --home-dir /data --no-create-home --shell /usr/sbin/nologin prm \
    && install -d -o prm -g prm -m 0700 /data \
    && install -d -o prm -g prm /srv/static /secrets/app /secrets/database /secrets/redis
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/prm
COPY manage.py ./
COPY config config
COPY prm prm
COPY partners partners
COPY deals deals
COPY enablement enablement
USER prm
# Nothing of this key stays: it only lets the settings load.
RUN SECRET_KEY=only-for-this-step python manage.py collectstatic --no-input
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]

FROM nginxinc/nginx-unprivileged:1.28-alpine AS proxy
COPY config/containers/nginx.conf /etc/nginx/nginx.conf
COPY config/containers/site.conf /etc/nginx/site.conf
COPY --chmod=0755 config/containers/listen.sh /docker-entrypoint.d/90-listen.sh
COPY --from=app /srv/static /srv/static
EXPOSE 8080 8443

# What `docker build .` makes when no target is named.
FROM app
