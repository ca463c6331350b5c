# A server with what dbharden likes to find. Untested so far, as the Dockerfile beside it.
FROM postgres:17-bookworm
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends postgresql-17-hypopg \
 && rm -rf /var/lib/apt/lists/*
CMD ["postgres", "-c", "shared_preload_libraries=pg_stat_statements", "-c", "pg_stat_statements.max=10000", "-c", "track_io_timing=on"]
