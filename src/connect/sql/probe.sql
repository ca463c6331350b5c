-- Which server answers, and in which state. Reads settings and the session's own functions only.
SELECT pg_catalog.pg_backend_pid() AS backend_pid,
       pg_catalog.current_setting('server_version_num')::pg_catalog.int4 AS version_num,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       pg_catalog.current_setting('default_transaction_read_only') = 'on' AS read_only,
       pg_catalog.current_setting('port')::pg_catalog.int4 AS server_port,
       pg_catalog.host(pg_catalog.inet_server_addr()) AS server_address
