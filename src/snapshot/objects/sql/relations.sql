-- One row per table, foreign table, view and materialized view in $1. Opens each of them, and what a view reads, for a moment.
--
-- $1  oid[]  relations
select
    c.oid::int8 as oid,
    n.nspname as schema,
    c.relname as name,
    pg_catalog.pg_get_userbyid(c.relowner) as owner,
    c.relacl::text[] as acl,
    c.relkind as kind,
    c.relpersistence = 'u' as unlogged,
    case when c.relam <> 0 then (select am.amname from pg_catalog.pg_am am where am.oid = c.relam) end as access_method,
    case when c.reltablespace <> 0 then (
        select ts.spcname from pg_catalog.pg_tablespace ts where ts.oid = c.reltablespace) end as tablespace,
    coalesce(c.reloptions, '{}') as options,
    coalesce(case when c.reltoastrelid <> 0 then (
        select t.reloptions from pg_catalog.pg_class t where t.oid = c.reltoastrelid) end, '{}') as toast_options,
    c.relreplident as replica_identity,
    c.relrowsecurity as row_security,
    c.relforcerowsecurity as force_row_security,
    case when c.relhassubclass or c.relispartition or c.relkind in ('r', 'f') then (
        select pg_catalog.json_agg(pg_catalog.json_build_object('schema', pn.nspname, 'name', p.relname) order by i.inhseqno)
        from pg_catalog.pg_inherits i
        join pg_catalog.pg_class p on p.oid = i.inhparent
        join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
        where i.inhrelid = c.oid
    ) end as parents,
    case when c.relispartition then (
        -- 14+
        select coalesce((pg_catalog.to_jsonb(i) ->> 'inhdetachpending')::bool, false)
        from pg_catalog.pg_inherits i where i.inhrelid = c.oid
    ) end as detach_pending,
    pg_catalog.pg_get_expr(c.relpartbound, c.oid) as bound,
    case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as partition_key,
    case when c.reloftype <> 0 then (
        select pg_catalog.json_build_object('schema', tn.nspname, 'name', ty.typname)
        from pg_catalog.pg_type ty join pg_catalog.pg_namespace tn on tn.oid = ty.typnamespace
        where ty.oid = c.reloftype
    ) end as of_type,
    case when c.relkind = 'f' then (
        select s.srvname from pg_catalog.pg_foreign_table f join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
        where f.ftrelid = c.oid) end as server,
    coalesce(case when c.relkind = 'f' then (
        select f.ftoptions from pg_catalog.pg_foreign_table f where f.ftrelid = c.oid) end, '{}') as server_options,
    case when c.relkind in ('v', 'm') then pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';') end as definition
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid = any ($1)
