# The image of the GitHub Action. Its bases are given by tag here; a release
# gives them by digest (.goreleaser.yaml).
ARG GO_IMAGE=docker.io/library/golang:1.26-bookworm
ARG NODE_IMAGE=docker.io/library/node:20-trixie-slim

# The default is for builders that do not set BUILDPLATFORM.
FROM --platform=${BUILDPLATFORM:-linux/amd64} ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY internal internal
COPY pkg pkg
ARG VERSION=devel
ARG TARGETOS
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/ ./cmd/moose ./cmd/moose-clickhouse

FROM ${NODE_IMAGE}
# Python 3.13 and git are for the projects. moose-lib needs Python 3.12.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git python3 python3-pip python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && corepack enable
ENV COREPACK_ENABLE_DOWNLOAD_PROMPT=0
# moose-clickhouse serves the engine for rehearsals; its library is fetched on first use.
COPY --from=build /out/moose /out/moose-clickhouse /usr/local/bin/
COPY entrypoint.sh /entrypoint.sh
ARG VERSION=devel
LABEL org.opencontainers.image.title="moose-migrate" \
      org.opencontainers.image.description="Plan, review and apply the changes of a Moose project's ClickHouse tables" \
      org.opencontainers.image.source="https://github.com/moose-migrate/moose-migrate" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
# Root: what the runner mounts belongs to another user id.
WORKDIR /github/workspace
ENTRYPOINT ["/entrypoint.sh"]
