# syntax=docker/dockerfile:1
# Without a configuration: the demo on built-in simulated upstreams, open to who has the API key that the first start shows.
#   docker build -t taskgate .
#   docker run -p 4000:4000 -v taskgate-data:/var/lib/taskgate/data taskgate
# With one (server.host: 0.0.0.0, and clients), mount it as /var/lib/taskgate/taskgate.yaml and pass its variables by --env-file.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY .swcrc tsconfig.json tsconfig.build.json vite.config.ts ./
COPY schema ./schema
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production TASKGATE_GENERATE_KEY=1
WORKDIR /opt/taskgate
COPY LICENSE package.json ./
COPY schema ./schema
COPY --from=dependencies /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
RUN ln -s /opt/taskgate/dist/main.js /usr/local/bin/taskgate \
  && chmod +x dist/main.js \
  && mkdir -p /var/lib/taskgate/data \
  && chown -R node:node /var/lib/taskgate
WORKDIR /var/lib/taskgate
VOLUME /var/lib/taskgate/data
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4000/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["taskgate", "serve"]
