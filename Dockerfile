# The registry's desk, API and command line in one image.
# Untested: no container engine ran where this was written.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY registry registry
COPY evaluators evaluators
COPY policies policies
COPY templates templates
COPY migrations migrations
RUN python -m venv /opt/registry \
 && /opt/registry/bin/pip install --no-cache-dir -c constraints.txt ".[postgres]"

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin registry \
 && install -d -o registry -g registry -m 0700 /srv/registry /srv/keys /srv/witness /srv/exchange
COPY --from=build /opt/registry /opt/registry
ENV PATH=/opt/registry/bin:$PATH REGISTRY_FOLDER=/srv/registry PYTHONDONTWRITEBYTECODE=1
USER registry
WORKDIR /srv/registry
VOLUME ["/srv/registry", "/srv/keys"]
EXPOSE 8765
# SIGTERM lets requests in flight end; give it longer than their thirty seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
 "import urllib.request as r; r.urlopen('http://127.0.0.1:8765/healthz', timeout=4)"]
ENTRYPOINT ["registry"]
CMD ["serve", "--host", "0.0.0.0", "--workers", "2", "--log", "json"]
