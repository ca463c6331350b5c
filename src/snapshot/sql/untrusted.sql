-- Names that a statement must not hold if planning it shall run no code of a user: planning evaluates functions of constants, and one
-- that says it is IMMUTABLE may call any other. One row per name: a function, an operator, or a relation in whose definition one is
-- met. Rows without a name: something reaches a function though no statement names it. Catalogs that every role may read.
with recursive
trusted as materialized (
    select r.oid from pg_catalog.pg_roles r where r.rolsuper or r.rolname = current_user
),
-- "fixed": what it calls does not hang on the search_path. 12 and 13 are the languages internal and c.
owned as materialized (
    select
        p.oid, p.pronamespace, p.proname, p.proowner,
        p.proowner in (select t.oid from trusted t) as ours,
        p.prolang in (12, 13) or p.oid in (
            select d.objid from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
        ) as fixed
    from pg_catalog.pg_proc p
    where p.pronamespace not in (
        select n.oid from pg_catalog.pg_namespace n where n.nspname in ('pg_catalog', 'information_schema')
    )
),
-- the server's own that read a relation named by a text
by_text as materialized (
    select p.oid, p.pronamespace, p.proname, p.proowner
    from pg_catalog.pg_proc p
    where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace and p.proname ~ '^(table|schema|database|query|cursor)_to_xml'
      and exists (select from owned o where not o.ours)
),
functions as materialized (
    select o.oid, o.pronamespace, o.proname, o.proowner
    from owned o
    where not o.ours or not o.fixed and exists (select from owned other where not other.ours)
    union all
    select b.oid, b.pronamespace, b.proname, b.proowner from by_text b
),
own_operators as materialized (
    select o.oid, o.oprname, f.oid as function
    from pg_catalog.pg_operator o
    cross join lateral (values (o.oprcode::oid), (o.oprrest::oid), (o.oprjoin::oid)) u (oid)
    join functions f on f.oid = u.oid
),
-- the planner may put a commutator or a negator in an operator's place
operators as materialized (
    select o.oid, o.oprname, o.function from own_operators o
    union
    select o.oid, o.oprname, w.function
    from pg_catalog.pg_operator o
    cross join lateral (values (o.oprcom), (o.oprnegate)) u (oid)
    join own_operators w on w.oid = u.oid
),
uses as (
    select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid as class, f.oid, f.oid as function from functions f
    union all
    select 'pg_catalog.pg_operator'::pg_catalog.regclass::oid, o.oid, o.function from operators o
),
dependent as materialized (
    select d.classid, d.objid, u.function
    from uses u
    join pg_catalog.pg_depend d on d.refclassid = u.class and d.refobjid = u.oid
),
direct as (
    -- index expressions and predicates; a partition key hangs on the table itself
    select coalesce(i.indrelid, d.objid) as relation, d.function
    from dependent d
    left join pg_catalog.pg_index i on i.indexrelid = d.objid
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    union
    select w.ev_class, d.function
    from dependent d
    join pg_catalog.pg_rewrite w on w.oid = d.objid
    where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    union
    select p.polrelid, d.function
    from dependent d
    join pg_catalog.pg_policy p on p.oid = d.objid
    where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
    union
    select a.adrelid, d.function
    from dependent d
    join pg_catalog.pg_attrdef a on a.oid = d.objid
    where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
    union
    select c.conrelid, d.function
    from dependent d
    join pg_catalog.pg_constraint c on c.oid = d.objid
    where d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and c.conrelid <> 0
    union
    select s.stxrelid, d.function
    from dependent d
    join pg_catalog.pg_statistic_ext s on s.oid = d.objid
    where d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
    union
    -- nothing depends on the server's own functions: their numbers stand in the tree alone
    select w.ev_class, b.oid
    from pg_catalog.pg_class c
    join pg_catalog.pg_rewrite w on w.ev_class = c.oid
    join by_text b on pg_catalog.strpos(w.ev_action::text, ':funcid ' || b.oid || ' ') > 0
    where c.relowner not in (select t.oid from trusted t)
    union
    select p.polrelid, b.oid
    from pg_catalog.pg_class c
    join pg_catalog.pg_policy p on p.polrelid = c.oid
    join by_text b on pg_catalog.strpos(pg_catalog.concat(p.polqual::text, p.polwithcheck::text), ':funcid ' || b.oid || ' ') > 0
    where c.relowner not in (select t.oid from trusted t)
),
-- planning may ask the server of a foreign table
foreign_tables as (
    select f.ftrelid as relation, s.oid as server
    from pg_catalog.pg_foreign_table f
    join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
    where s.srvowner not in (select t.oid from trusted t)
),
-- where one relation is read another one may be: views and policies over it, all of an inheritance tree
edges as materialized (
    select d.refobjid as from_relation, w.ev_class as to_relation
    from pg_catalog.pg_depend d
    join pg_catalog.pg_rewrite w on w.oid = d.objid
    where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> w.ev_class
    union
    select d.refobjid, p.polrelid
    from pg_catalog.pg_depend d
    join pg_catalog.pg_policy p on p.oid = d.objid
    where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
      and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> p.polrelid
    union
    select i.inhrelid, i.inhparent from pg_catalog.pg_inherits i
    union
    select i.inhparent, i.inhrelid from pg_catalog.pg_inherits i
),
relations as (
    select s.relation, s.function, s.server
    from (
        select d.relation, pg_catalog.min(d.function) as function, null::oid as server from direct d group by d.relation
        union all
        select f.relation, null, f.server from foreign_tables f
    ) s
    union
    select e.to_relation, r.function, r.server
    from relations r
    join edges e on e.from_relation = r.relation
),
-- not named where they are used: casts, types' own functions, operators that stand behind words like IN, members of operator classes
hidden as (
    select c.castfunc::oid as function from pg_catalog.pg_cast c
    union all
    select u.oid
    from pg_catalog.pg_type t
    cross join lateral (values
        (t.typinput::oid), (t.typoutput::oid), (t.typreceive::oid), (t.typsend::oid), (t.typmodin::oid), (t.typmodout::oid),
        (t.typanalyze::oid)) u (oid)
    union all
    select u.oid
    from pg_catalog.pg_range r
    cross join lateral (values (r.rngcanonical::oid), (r.rngsubdiff::oid)) u (oid)
    union all
    select a.amproc::oid from pg_catalog.pg_amproc a
    union all
    select o.function from pg_catalog.pg_amop a join operators o on o.oid = a.amopopr
    union all
    select o.function from operators o
    where o.oprname in ('=', '<>', '<', '>', '<=', '>=', '+', '-', '~~', '!~~', '~~*', '!~~*', '~', '!~')
    union all
    select d.function
    from dependent d
    join pg_catalog.pg_constraint c on c.oid = d.objid
    where d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and c.contypid <> 0
    union all
    select d.function from dependent d where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
),
names as (
    select f.proname::text as name, f.oid as function, null::oid as server from functions f
    union all
    select o.oprname::text, o.function, null from operators o
    union all
    select c.relname::text, r.function, r.server from relations r join pg_catalog.pg_class c on c.oid = r.relation
    union all
    select null, f.oid, null from functions f where f.oid in (select h.function from hidden h)
)
select distinct on (n.name)
    n.name,
    s.oid is not null as "foreign",
    coalesce(pg_catalog.format('%I.%I', ns.nspname, f.proname), pg_catalog.quote_ident(s.srvname)) as what,
    pg_catalog.quote_ident(coalesce(r.rolname, 'a role that is gone')) as role
from names n
left join functions f on f.oid = n.function
left join pg_catalog.pg_namespace ns on ns.oid = f.pronamespace
left join pg_catalog.pg_foreign_server s on s.oid = n.server
left join pg_catalog.pg_roles r on r.oid = coalesce(f.proowner, s.srvowner)
order by n.name, n.function, n.server
