-- Relations, columns, indexes, constraints and policies as text, in a fixed order, without OIDs.
with objects (line) as (
    select format('relation %I.%I %s %s %s %s', n.nspname, c.relname, c.relkind, c.relispartition, c.reloptions,
                  pg_get_expr(c.relpartbound, c.oid))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select format('column %s %I %s %s %s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                  pg_get_expr(d.adbin, d.adrelid))
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'v', 'm')
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select format('index %s valid %s of %s: %s', i.indexrelid::regclass, i.indisvalid, h.inhparent::regclass, pg_get_indexdef(i.indexrelid))
    from pg_index i
    join pg_class c on c.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_inherits h on h.inhrelid = i.indexrelid
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select format('constraint %s %I %s %s', c.conrelid::regclass, c.conname, c.convalidated, pg_get_constraintdef(c.oid))
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select format('policy %s %I %s', p.polrelid::regclass, p.polname, pg_get_expr(p.polqual, p.polrelid)) from pg_policy p
)
select line from objects order by line collate "C"
