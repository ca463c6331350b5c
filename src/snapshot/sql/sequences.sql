-- One row per sequence in $1, with the column it fills. Takes no lock: positions follow in sequence_positions.sql.
--
-- $1  oid[]  sequences
select
    c.oid::int8 as oid,
    pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname) as name,
    pg_catalog.format_type(s.seqtypid, null) as data_type,
    s.seqmax as max_value,
    s.seqmin as min_value,
    s.seqincrement as increment,
    s.seqcycle as cycle,
    coalesce(pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE'), false) as position_seen,   -- NULL: dropped meanwhile
    (
        select pg_catalog.json_build_object('table', a.attrelid::int8, 'column', a.attname)
        from (
            select d.refobjid as relid, d.refobjsubid as attnum, 1 as rank        -- serial and identity own it
            from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = 0
              and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
            union all
            select def.adrelid, def.adnum, 2                                      -- a default merely calls it
            from pg_catalog.pg_depend d
            join pg_catalog.pg_attrdef def on def.oid = d.objid
            where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
              and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = c.oid
        ) as owner
        join pg_catalog.pg_attribute a on a.attrelid = owner.relid and a.attnum = owner.attnum
        order by owner.rank, a.attrelid
        limit 1
    ) as owned_by
from pg_catalog.pg_sequence s
join pg_catalog.pg_class c on c.oid = s.seqrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where s.seqrelid = any ($1)
