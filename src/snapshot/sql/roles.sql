-- One row per role of the cluster, the predefined ones left out. Never reads a password.
select
    r.rolname as name,
    r.rolsuper as superuser,
    r.rolbypassrls as bypass_rls,
    r.rolcanlogin as login,
    r.rolcreaterole as create_role,
    r.rolreplication as replication,
    r.rolinherit as inherit,
    r.rolconnlimit as connection_limit,
    coalesce((
        select pg_catalog.json_agg(g.rolname order by g.rolname)
        from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid
        where m.member = r.oid
    ), '[]') as member_of,
    coalesce((
        select pg_catalog.json_agg(entry order by (s.setdatabase <> 0), entry)
        from pg_catalog.pg_db_role_setting s
        cross join pg_catalog.unnest(s.setconfig) as entry
        where s.setrole = r.oid
          and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
          and pg_catalog.split_part(entry, '=', 1) in (
              'search_path', 'role', 'row_security', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')
    ), '[]') as settings
from pg_catalog.pg_roles r
where r.rolname !~ '^pg_'
