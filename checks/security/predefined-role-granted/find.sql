-- One row per role that may log in and has predefined roles that reach files, programs or all tables.
--
-- $1  text[]  schemas under inspection
select r.rolname as role, pg_catalog.array_agg(g.rolname::text order by g.rolname) as predefined
from pg_catalog.pg_auth_members m
join pg_catalog.pg_roles r on r.oid = m.member
join pg_catalog.pg_roles g on g.oid = m.roleid
where g.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
  and r.rolcanlogin
  and not r.rolsuper
  and $1::text[] is not null
group by r.rolname
order by 1
