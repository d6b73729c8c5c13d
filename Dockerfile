# Image cloud-incident-env: the environment server with its page at /. It listens on port 7860, which INCIDENT_PORT or
# PORT changes, and on 8000, where OpenEnv's container providers look.
#   docker build -t cloud-incident-env .
#   docker run --rm -p 7860:7860 cloud-incident-env
# A release says where it comes from, and takes its dates from its commit:
#   docker build -t cloud-incident-env --build-arg SOURCE="$(git remote get-url origin)" \
#     --build-arg REVISION="$(git rev-parse HEAD)" --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" .
FROM python:3.11.14-slim-trixie

# The user's entry in /etc/shadow bears the date of the build, or this one.
ARG SOURCE_DATE_EPOCH
RUN useradd --no-log-init --create-home --uid 1000 user

WORKDIR /app

# Dependencies come before the code, so that a change of code leaves this layer as it is. Wheels only: nothing is built,
# so no compiler is needed. The lock is complete, as pip check finds, so nothing is resolved: pip would look at the newest
# release of a package that is wanted with an extra, and stop because it has no hash of it. Bytecode is bound to no time
# and no hash of its source: the same wheels give the same bytes, and the server checks no source file when it starts.
COPY requirements.txt sbom.cdx.json ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check --no-compile --no-deps --only-binary=:all: \
        --require-hashes -r requirements.txt && \
    python -m pip check && \
    python -m compileall -q --invalidation-mode unchecked-hash \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

# The code belongs to root and is only read. It is compiled here, since the user could not store the bytecode later.
# What plays or solves incidents stays out: .dockerignore sees to that, and rm where `openenv push` left that file out.
COPY tasks.py graders.py openenv.yaml README.md ./
COPY cloud_incident_env ./cloud_incident_env
COPY server ./server
RUN rm -rf cloud_incident_env/agents cloud_incident_env/evaluation && \
    chmod -R a+rX . && python -m compileall -q --invalidation-mode unchecked-hash .

ENV HOME=/home/user \
    GRADIO_ANALYTICS_ENABLED=False \
    GRADIO_TEMP_DIR=/tmp/gradio \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

# Late, so that another commit leaves the layers above as they are. Empty where the build does not say.
ARG SOURCE
ARG REVISION
LABEL org.opencontainers.image.title="cloud-incident-env" \
      org.opencontainers.image.description="An OpenEnv environment in which agents and people handle cloud incidents and get a grade" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11.14-slim-trixie"

USER 1000
EXPOSE 7860 8000

# Good once the server can be used, which takes some seconds; the port that nobody changes is asked.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:8000/health', timeout=4)"]

CMD ["python", "-m", "server.app", "--also-port", "8000"]
