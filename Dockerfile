# By digest, so that a build tomorrow starts from what was tested today: docs/deployment.md says how it is renewed.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

# For the target `distroless`, which nothing else needs. Name it by its digest: nobody has pinned this one yet.
ARG DISTROLESS_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

# The production dependencies alone. No package runs a script of its own while it is installed.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

# `npm ci` would build by itself (`prepare`), but the sources come later, so that an edit of them installs nothing anew.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/ scripts/
COPY src/ src/
RUN npm run build

# What only the image has: OpenTelemetry's SDK and an exporter (docs/tracing.md). They sleep until an OTEL_ variable names a
# collector.
FROM ${NODE_IMAGE} AS telemetry
WORKDIR /app/deploy/image
COPY deploy/image/package.json deploy/image/package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY deploy/image/*.js ./

# All files of Ringback, at one place for both images.
FROM ${NODE_IMAGE} AS files
WORKDIR /app
COPY --from=dependencies /app/node_modules/ node_modules/
COPY --from=telemetry /app/deploy/image/ deploy/image/
COPY --from=build /app/dist/ dist/
COPY package.json ./
COPY examples/callbacks.jsonl examples/

# Without a shell, a package manager, and most of Debian: docker build --target distroless
FROM ${DISTROLESS_IMAGE} AS distroless
ENV NODE_ENV=production
WORKDIR /app
COPY --from=files /app/ ./
# `nonroot` of distroless, as a number.
USER 65532:65532
EXPOSE 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=30s --retries=3 \
  CMD ["/nodejs/bin/node", "/app/deploy/image/ringback.js", "health", "--container"]
ENTRYPOINT ["/nodejs/bin/node", "/app/deploy/image/ringback.js"]
CMD ["worker"]

FROM ${NODE_IMAGE} AS ringback
# Of this build: --build-arg VERSION=… REVISION=$(git rev-parse HEAD)
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Ringback" \
  org.opencontainers.image.description="Durable, queue-backed callback scheduler: Redis in, Salesforce ContactRequests out" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=files /app/ ./
# A volume that is mounted on /keys for the first time takes its owner from here.
RUN ln -s /app/deploy/image/ringback.js /usr/local/bin/ringback && install -d -o 1000 -g 1000 -m 0700 /keys
# `node`, as a number: Kubernetes' runAsNonRoot cannot judge a name.
USER 1000:1000
EXPOSE 9464
# A worker that is told to stop finishes what it holds: give it longer than RINGBACK_SHUTDOWN_DEADLINE before a kill.
STOPSIGNAL SIGTERM
# Of whatever the container runs: a worker is asked whether it is alive, by its own settings, and never whether it is ready,
# since a worker that waits for Redis must not be killed. Other commands serve nothing.
HEALTHCHECK --interval=30s --timeout=15s --start-period=30s --retries=3 \
  CMD ["ringback", "health", "--container"]
ENTRYPOINT ["ringback"]
CMD ["worker"]
