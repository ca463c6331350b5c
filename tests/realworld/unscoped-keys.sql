-- Foreign keys between two tables that both have a column of this name, and that do not compare these columns: table, key. By the catalog
-- alone, to hold against what dbharden says. The table of tenants has no such column.
-- psql -v key=tenant_id
with keys as (
    select c.oid, c.conrelid, c.conname, c.conkey, c.confkey, own.attnum as own, far.attnum as far
    from pg_constraint c
    join pg_attribute own on own.attrelid = c.conrelid and own.attname = :'key' and not own.attisdropped
    join pg_attribute far on far.attrelid = c.confrelid and far.attname = :'key' and not far.attisdropped
    where c.contype = 'f'
)
select format('%I.%I', n.nspname, r.relname), format('%I', k.conname),
       (select string_agg(format('%I', a.attname), ', ' order by x.at)
        from unnest(k.conkey) with ordinality x (attnum, at)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.attnum),
       exists (select from unnest(k.conkey, k.confkey) x (own, far) where x.own = k.own and x.far = k.far)
from keys k
join pg_class r on r.oid = k.conrelid
join pg_namespace n on n.oid = r.relnamespace
order by 1, 2
