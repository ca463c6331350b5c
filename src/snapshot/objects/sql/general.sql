-- The database's owner and the roles of the cluster, predefined ones left out.
select
    (select pg_catalog.pg_get_userbyid(d.datdba) from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) as owner,
    coalesce((select pg_catalog.json_agg(r.rolname order by r.rolname) from pg_catalog.pg_roles r where r.rolname !~ '^pg_'), '[]') as roles
