-- One row per schema that users may have made: the system's own are left out, a platform's are marked.
-- Extensions keep their member schemas (cron, pgmq); a hosting platform is recognised by the role that owns its schemas.
select
    n.nspname as name,
    case
        when e.extname is not null then pg_catalog.format('belongs to the extension %s', e.extname)
        when o.rolname in ('supabase_admin', 'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin',
                           'supabase_functions_admin', 'pgsodium_keymaker', 'rdsadmin', 'cloudsqladmin', 'azuresu', 'cloud_admin')
             and n.nspname <> 'public'
            then pg_catalog.format('belongs to the platform (owner %s)', o.rolname)
    end as left_out
from pg_catalog.pg_namespace n
left join pg_catalog.pg_roles o on o.oid = n.nspowner
left join pg_catalog.pg_depend d
    on d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.objid = n.oid and d.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = d.refobjid
where n.nspname <> 'information_schema'
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
order by n.nspname
