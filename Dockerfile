# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs. See docs/deploy.md.

FROM python:3.12.12-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH

# Only wheels, each held against its hash: nothing is compiled here and nothing unlisted gets in.
# A district without a way out to the package index passes its own mirror: --build-arg PIP_INDEX_URL=...
ARG PIP_INDEX_URL
WORKDIR /app
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --require-hashes --only-binary=:all: -r requirements/runtime.txt

COPY manage.py ./
COPY jiangjin jiangjin
COPY households households
COPY villages villages
COPY assistance assistance
COPY funding funding
COPY supervision supervision
COPY templates templates
RUN python -m compileall -q /app

# The settings refuse to load without keys and servers. These stand for one command and reach no later layer; no server is asked.
RUN SECRET_KEY=collectstatic \
    JIANGJIN_FIELD_KEYS=collectstatic \
    JIANGJIN_DIGEST_KEY=collectstatic \
    JIANGJIN_HOSTS=collectstatic \
    DATABASE_URL=postgres://collectstatic/collectstatic \
    REDIS_URL=redis://collectstatic/0 \
    DJANGO_SETTINGS_MODULE=jiangjin.settings.production \
    python manage.py collectstatic --noinput -v0

# Neither Pango nor a Chinese font: pages are printed by the browser, and nothing in requirements/runtime.txt draws a PDF.
# The two would add some 100 MB. Should WeasyPrint be locked one day, this stage is where they belong:
# libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk.
FROM python:3.12.12-slim-bookworm

RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /app --shell /usr/sbin/nologin jiangjin
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# A new named volume takes over the owner of the folder that it covers.
RUN install -d -o jiangjin -g jiangjin -m 0700 /app/var/uploads

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=jiangjin.settings.production \
    JIANGJIN_VAR=/app/var
WORKDIR /app
USER jiangjin
EXPOSE 8000

# The process answers, and so do database and migrations. The name that the request carries must be one of JIANGJIN_HOSTS.
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 CMD ["python", "-c", "\
import os, urllib.request as u; \
host = os.environ['JIANGJIN_HOSTS'].split(',')[0].strip().lstrip('.'); \
[u.urlopen(u.Request('http://127.0.0.1:8000/' + page, headers={'Host': host}), timeout=6) for page in ('healthz', 'readyz')]"]

# Worker files in memory: gunicorn's sign of life must not wait for a disk. No control socket: nobody uses it, and the disk is read-only.
CMD ["gunicorn", "jiangjin.wsgi", "--bind", "0.0.0.0:8000", "--timeout", "120", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket", "--max-requests", "2000", "--max-requests-jitter", "200"]
