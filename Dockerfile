FROM rust:1-slim-bookworm AS build
WORKDIR /build
COPY . .
# Crates and compiled dependencies stay in the builder's caches from one build to the next.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked && cp target/release/newswire /newswire

FROM debian:bookworm-slim
# Webhooks go over TLS, which needs to know the certificate authorities.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
# Volumes take their first owner from these folders.
RUN groupadd --gid 10001 newswire \
    && useradd --uid 10001 --gid newswire --no-create-home --home-dir /wire --shell /usr/sbin/nologin newswire \
    && install -d -o newswire -g newswire /wire /wire/articles /wire/feeds /wire/state
COPY --from=build /newswire /usr/local/bin/newswire
COPY config /wire/config
WORKDIR /wire
USER 10001:10001

# A container is reached from outside of it.
ENV NEWSWIRE_SERVER__LISTEN=0.0.0.0:8080
EXPOSE 8080
VOLUME ["/wire/articles", "/wire/feeds", "/wire/state"]

# bash, which every Debian image has, speaks HTTP well enough for this; no other program is needed. It asks for life, not for readiness:
# starting again mends neither an articles folder that is gone nor a full disk, and would only take down the feeds that still stand.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["bash", "-c", "\
    port=${NEWSWIRE_SERVER__LISTEN##*:}; [ \"$port\" = off ] && exit 0; \
    exec 3<>\"/dev/tcp/127.0.0.1/$port\" || exit 1; \
    printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3; \
    read -r _ status _ <&3; [ \"$status\" = 200 ]"]

# It ends in order on SIGTERM, also as process 1, and starts no other processes.
ENTRYPOINT ["newswire"]
CMD ["run"]
