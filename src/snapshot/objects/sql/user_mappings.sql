-- One row per user mapping: server and role alone, options are never read. An empty role is PUBLIC.
select
    u.umid::int8 as oid,
    u.srvname as name,
    case when u.umuser = 0 then '' else pg_catalog.pg_get_userbyid(u.umuser) end as part
from pg_catalog.pg_user_mappings u
where u.umid >= 16384
