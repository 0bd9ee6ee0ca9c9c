# The headless host in a container: `docker build -t belfry .`
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# npm 11 reads which packages may run install scripts.
RUN npm ci
COPY . .
RUN npm run build && npm pack --pack-destination /

FROM node:24-bookworm-slim
COPY --from=build /belfry-*.tgz /tmp/
RUN npm install --global /tmp/belfry-*.tgz && rm -r /tmp/belfry-*.tgz /root/.npm
# Its data is for this user alone; the directory exists in the image so that a new volume belongs to it.
RUN mkdir -m 700 /data && chown node:node /data
USER node
ENV BELFRY_DATA_DIR=/data BELFRY_HOST=0.0.0.0 BELFRY_PORT=8377
VOLUME /data
EXPOSE 8377
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:8377/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# By its own process, which gets the stop signal; ten seconds are for deliveries in flight.
STOPSIGNAL SIGTERM
CMD ["belfry", "serve"]
