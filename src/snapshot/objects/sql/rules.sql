-- One row per rewrite rule of the relations in $1, those that make views left out. Opens what a rule reads for a moment.
--
-- $1  oid[]  relations
select
    r.oid::int8 as oid,
    r.ev_class::int8 as relation,
    r.rulename as name,
    pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';') as definition,
    r.ev_enabled as enabled
from pg_catalog.pg_rewrite r
where r.ev_class = any ($1)
  and r.rulename <> '_RETURN'
