-- One row per NOT NULL constraint of the tables in $1, for 18 and later: before, NOT NULL is no constraint.
--
-- $1  oid[]  relations
select
    c.oid::int8 as oid,
    c.conrelid::int8 as relation,
    c.conkey[1] as number,
    c.conname as name,
    c.connoinherit as no_inherit,
    not c.convalidated as not_valid,
    not c.conislocal as inherited
from pg_catalog.pg_constraint c
where c.conrelid = any ($1)
  and c.contype = 'n'
