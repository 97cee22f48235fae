# By digest, so that a build tomorrow starts from what was tested today: docs/deployment.md says how it is renewed.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

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

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
COPY package.json ./
COPY examples/callbacks.jsonl examples/
# A volume that is mounted on /keys for the first time takes its owner from here.
RUN ln -s /app/dist/main.js /usr/local/bin/ringback && install -d -o 1000 -g 1000 -m 0700 /keys
# `node`, as a number: Kubernetes' runAsNonRoot cannot judge a name.
USER 1000:1000
EXPOSE 9464
# A worker that is told to stop finishes what it holds: give it longer than RINGBACK_SHUTDOWN_DEADLINE before a kill.
STOPSIGNAL SIGTERM
# Of whatever the container runs: a worker is asked whether it is alive, by its own settings, and never whether it is ready,
# since a worker that waits for Redis must not be killed. Other commands serve nothing.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["ringback", "health", "--container"]
ENTRYPOINT ["ringback"]
CMD ["worker"]
