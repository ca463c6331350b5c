-- Up to 13 everybody may read these columns, the OID is not among them: a view tells it, which any role may read.
select
    (select pg_catalog.min(t.subid)::int8 from pg_catalog.pg_stat_subscription t where t.subname = s.subname) as oid,
    s.subname as name,
    pg_catalog.pg_get_userbyid(s.subowner) as owner,
    s.subenabled as enabled,
    (select coalesce(pg_catalog.json_agg(p order by p), '[]') from pg_catalog.unnest(s.subpublications) as p) as publications
from pg_catalog.pg_subscription s
where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
