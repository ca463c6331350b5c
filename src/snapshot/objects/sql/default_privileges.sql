-- One row per entry of default privileges. An entry without a schema stands in place of what the server gives by itself.
select
    d.oid::int8 as oid,
    pg_catalog.pg_get_userbyid(d.defaclrole) as name,
    coalesce('IN SCHEMA ' || pg_catalog.quote_ident(n.nspname) || ' ', '') || 'ON ' || case d.defaclobjtype
        when 'r' then 'TABLES' when 'S' then 'SEQUENCES' when 'f' then 'FUNCTIONS' when 'T' then 'TYPES' when 'n' then 'SCHEMAS'
        when 'L' then 'LARGE OBJECTS' else d.defaclobjtype::text end as part,
    n.nspname as in_schema,
    d.defaclobjtype as objtype,
    d.defaclacl::text[] as privileges
from pg_catalog.pg_default_acl d
left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
where not exists (
    select from pg_catalog.pg_depend x
    where x.classid = 'pg_catalog.pg_default_acl'::pg_catalog.regclass and x.objid = d.oid and x.deptype = 'e')
