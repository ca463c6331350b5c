-- One row per publication in $1 with its tables and schemas. Opens tables that have a row filter for a moment.
--
-- pubgencols exists from 18 on: read through JSON, where it is NULL before.
--
-- $1  oid[]  publications
select
    p.oid::int8 as oid,
    p.pubname as name,
    pg_catalog.pg_get_userbyid(p.pubowner) as owner,
    p.puballtables as all_tables,
    (
        select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
            'entry', r.oid::int8, 'schema', n.nspname, 'name', c.relname,
            'columns', (
                select pg_catalog.json_agg(a.attname order by a.attnum)
                from pg_catalog.pg_attribute a
                where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::pg_catalog.int2[])),
            'where', pg_catalog.pg_get_expr(r.prqual, r.prrelid)
        ) order by n.nspname, c.relname), '[]')
        from pg_catalog.pg_publication_rel r
        join pg_catalog.pg_class c on c.oid = r.prrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where r.prpubid = p.oid
    ) as tables,
    (select coalesce(pg_catalog.json_agg(n.nspname order by n.nspname), '[]')
     from pg_catalog.pg_publication_namespace s join pg_catalog.pg_namespace n on n.oid = s.pnnspid
     where s.pnpubid = p.oid) as schemas,
    pg_catalog.array_remove(array[
        case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
        case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end
    ], null) as publish,
    p.pubviaroot as publish_via_partition_root,
    pg_catalog.to_jsonb(p) ->> 'pubgencols' as generated_columns
from pg_catalog.pg_publication p
where p.oid = any ($1)
