# The service, for a container. Two stages, so that pip's leavings stay out of the image.
#
#   docker build -t conference-champions .
#   docker run --rm -it -v champions:/data conference-champions setup
#   docker run --rm -p 8000:8000 -v champions:/data conference-champions
#
# Other verbs go in place of the default one: docker run ... conference-champions --help
#
# scripts/containers builds and runs it, with all of compose.yaml. Any Debian with Python 3.13 will do as a base.
ARG BASE=python:3.13-slim
FROM ${BASE} AS build
WORKDIR /srv/champions
RUN python -m venv --without-pip /opt/champions
ENV PATH=/opt/champions/bin:$PATH
COPY requirements.lock ./
RUN pip --python /opt/champions/bin/python install --no-cache-dir --disable-pip-version-check \
      --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY alembic alembic
# Editable, because the migrations and pyproject.toml stay beside the package; from the hatchling of the lock.
RUN pip --python /opt/champions/bin/python install --no-cache-dir --disable-pip-version-check \
      --no-index --no-deps --no-build-isolation -e . \
 && python -m compileall -q app

FROM ${BASE}
RUN groupadd --gid 10001 champions \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin champions \
 && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/champions /opt/champions
COPY --from=build /srv/champions /srv/champions
ENV PATH=/opt/champions/bin:$PATH PYTHONUNBUFFERED=1 CHAMPIONS_DATA=/data
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /srv/champions
VOLUME /data
EXPOSE 8000
# Past any proxy that the environment names; an answer of 400 or more raises, which is an exit status of 1.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
  "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["champions"]
# Migrates first; on PostgreSQL one of several replicas does, and the others wait for it.
CMD ["serve", "--host", "0.0.0.0", "--no-demo"]
