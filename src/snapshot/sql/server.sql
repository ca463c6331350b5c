-- One row: the server and this database.
select
    pg_catalog.current_setting('server_version_num')::int8 as version_num,
    pg_catalog.current_setting('server_version') as version,
    pg_catalog.current_database() as database,
    pg_catalog.pg_is_in_recovery() as in_recovery,
    extract(epoch from pg_catalog.pg_postmaster_start_time())::int8 as started_at,
    extract(epoch from pg_catalog.now())::int8 as taken_at,
    coalesce((
        select pg_catalog.json_agg(pg_catalog.json_build_object('name', e.extname, 'version', e.extversion, 'schema', n.nspname) order by e.extname)
        from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    ), '[]') as extensions,
    coalesce((
        select pg_catalog.substr(entry, pg_catalog.length('search_path=') + 1)
        from pg_catalog.pg_db_role_setting s
        cross join pg_catalog.unnest(s.setconfig) as entry
        where s.setrole = 0
          and s.setdatabase = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
          and entry like 'search\_path=%'
    ), (select s.reset_val from pg_catalog.pg_settings s where s.name = 'search_path')) as search_path
