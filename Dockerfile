# Image cloud-incident-env: the environment server with its page at /, on port 7860.
#   docker build -t cloud-incident-env .
#   docker run --rm -p 7860:7860 cloud-incident-env
FROM python:3.11-slim

LABEL org.opencontainers.image.title="cloud-incident-env" \
      org.opencontainers.image.description="OpenEnv environment server for cloud incident response" \
      org.opencontainers.image.version="0.1.0"

RUN useradd --create-home --uid 1000 user

WORKDIR /app

# Dependencies come before the code, so that a change of code leaves this layer as it is. Wheels only: nothing is built,
# so no compiler is needed. pip compiles them to bytecode.
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check --only-binary=:all: --require-hashes -r requirements.txt

# The code belongs to root and is only read. It is compiled here, since the user could not store the bytecode later.
COPY actions.py graders.py incident_tools.py mechanisms.py outcomes.py scenario.py splits.py tasks.py telemetry.py ./
COPY server ./server
RUN chmod -R a+rX . && python -m compileall -q .

# An open page keeps a connection; a stop waits no longer than this many seconds for it.
ENV HOME=/home/user \
    GRADIO_ANALYTICS_ENABLED=False \
    GRADIO_TEMP_DIR=/tmp/gradio \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN=5

USER 1000
EXPOSE 7860

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:7860/health', timeout=4)"]

CMD ["uvicorn", "server.app:app", "--host", "0.0.0.0", "--port", "7860"]
