# Two images: `docker build --target pawl` is the base for the images of your releases (docs/images.md), without files of any project;
# the last one is that of the sample target, which docker-compose.yaml runs.
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# No package needs its install script here; ours, `prepare`, would build before the sources are there.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json README.md LICENSE NOTICE CHANGELOG.md ./
COPY docs docs
COPY scripts scripts
COPY src src
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp

FROM node:22-bookworm-slim AS install
WORKDIR /deploy
COPY --from=build /tmp/pawl-*.tgz /tmp/pawl.tgz
COPY scripts/one-platform.js /tmp/
RUN npm install --ignore-scripts --no-audit --no-fund /tmp/pawl.tgz && node /tmp/one-platform.js node_modules

FROM node:22-bookworm-slim AS pawl
# Temporal's native client reads the system's certificates for TLS; the slim image has none. What installs packages is not needed any more.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn*
ENV NODE_ENV=production PATH=/deploy/node_modules/.bin:$PATH
WORKDIR /deploy
# package.json is not copied: your project brings its own, or none.
COPY --from=install /deploy/node_modules node_modules
USER node
ENTRYPOINT ["pawl"]
CMD ["worker"]

# What the sample's own programs use.
FROM install AS sample
RUN npm install --ignore-scripts --no-audit --no-fund pg yaml

FROM pawl
COPY --from=sample /deploy/node_modules node_modules
COPY pawl.config.ts ./
COPY migrations migrations
COPY examples examples
