-- The database's owner, the roles of the cluster (predefined ones left out), the search paths set for this database, the numbers of the
-- system catalogs, and how many pages pg_depend has.
select
    (select pg_catalog.pg_get_userbyid(d.datdba) from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) as owner,
    coalesce((select pg_catalog.json_agg(r.rolname order by r.rolname) from pg_catalog.pg_roles r where r.rolname !~ '^pg_'), '[]') as roles,
    coalesce((
        select pg_catalog.json_object_agg(coalesce(q.role, ''), pg_catalog.substr(q.entry, pg_catalog.length('search_path=') + 1))
        from (
            -- what is set for one database goes before what is set for all
            select distinct on (s.setrole) pg_catalog.pg_get_userbyid(nullif(s.setrole, 0)) as role, entry
            from pg_catalog.pg_db_role_setting s
            join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and s.setdatabase in (0, d.oid)
            cross join lateral pg_catalog.unnest(s.setconfig) as entry
            where entry ~ '^search_path='
            order by s.setrole, s.setdatabase desc
        ) q
    ), '{}') as search_paths,
    (select pg_catalog.json_object_agg(c.relname, c.oid::int8) from pg_catalog.pg_class c
     where c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace and c.relkind = 'r') as catalogs,
    pg_catalog.pg_relation_size('pg_catalog.pg_depend') / pg_catalog.current_setting('block_size')::int8 as depend_pages
