# The worker's image: Pawl with the files of one release. Its own project, the sample target, stands for yours.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs its install script here; ours, `prepare`, would build before the sources are there.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
# The build bundles the worker and the workflow, so that neither webpack nor what else it is built with goes along.
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
# Temporal's native client reads the system's certificates for TLS; the slim image has none.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json pawl.config.ts ./
COPY migrations migrations
COPY examples examples
RUN ln -s /app/dist/bin/pawl.js /usr/local/bin/pawl
USER node
ENTRYPOINT ["pawl"]
CMD ["worker"]
