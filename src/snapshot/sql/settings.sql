-- Settings that plans and checks depend on. Names of files and anything that may hold a secret are not among them.
select
    s.name,
    s.reset_val as value,   -- what a new session gets: our own transaction pins some of them
    s.unit,
    s.source
from pg_catalog.pg_settings s
where s.category like 'Query Tuning%'
   or s.category like 'Autovacuum%'
   or s.category like 'Client Connection Defaults / Statement Behavior%'
   or s.category like 'Connections and Authentication / Connection Settings%'
      and s.name not in ('listen_addresses', 'unix_socket_directories', 'unix_socket_group', 'bonjour_name')
   or s.category like 'Resource Usage / %'
   or s.name like 'pg\_stat\_statements.%'
   or s.name in ('block_size', 'data_checksums', 'fsync', 'full_page_writes', 'track_io_timing', 'track_counts', 'log_lock_waits',
                 'log_min_duration_statement', 'lock_timeout', 'archive_mode', 'wal_level', 'max_wal_senders', 'ssl',
                 'superuser_reserved_connections', 'reserved_connections', 'max_connections', 'server_encoding', 'jit')
