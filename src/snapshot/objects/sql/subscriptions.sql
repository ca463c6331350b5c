-- One row per subscription of this database: only columns that everybody may read, none that holds a secret.
select
    s.oid::int8 as oid,
    s.subname as name,
    pg_catalog.pg_get_userbyid(s.subowner) as owner,
    s.subenabled as enabled,
    (select coalesce(pg_catalog.json_agg(p order by p), '[]') from pg_catalog.unnest(s.subpublications) as p) as publications
from pg_catalog.pg_subscription s
where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
