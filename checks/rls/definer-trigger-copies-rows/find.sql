-- One row per table without row-level security into which a SECURITY DEFINER trigger of a table with it inserts.
--
-- $1  text[]  schemas under inspection
select distinct
    tn.nspname as schema,
    t.relname as target,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as from_table,
    pg_catalog.format('%I.%I', pn.nspname, p.proname) as function
from pg_catalog.pg_trigger g
join pg_catalog.pg_class c on c.oid = g.tgrelid and c.relrowsecurity
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_proc p on p.oid = g.tgfoid and p.prosecdef
join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
join pg_catalog.pg_class t
    on t.relkind in ('r', 'p') and not t.relrowsecurity and t.oid <> c.oid
   and pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(t.relname)) > 0
   and p.prosrc ~* ('insert[[:space:]]+into[[:space:]]+([^[:space:]]+[.])?"?'
                    || pg_catalog.regexp_replace(t.relname, '([^[:alnum:]_])', '\\\1', 'g') || '("|\M)')
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
where not g.tgisinternal
  and n.nspname = any ($1)
  and tn.nspname = any ($1)
order by 1, 2, 3, 4
