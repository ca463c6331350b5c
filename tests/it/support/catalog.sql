-- Relations, columns, indexes, constraints, policies, triggers, functions, rights and roles as text, in a fixed order, without OIDs.
with objects (line) as (
    select format('relation %I.%I %s %s %s %s rls %s %s of %s: %s', n.nspname, c.relname, c.relkind, c.relispartition, c.reloptions,
                  pg_get_expr(c.relpartbound, c.oid), c.relrowsecurity, c.relforcerowsecurity, c.relowner::regrole,
                  (select string_agg(a::text, ' ' order by a::text) from unnest(coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's'::"char" else 'r' end, c.relowner))) a))
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
    left join pg_constraint above on above.oid = c.conparentid
    -- what a foreign key to a partitioned table keeps for each of its partitions is not a definition, and pg_dump does not show it
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and above.conrelid is distinct from c.conrelid
    union all
    select format('policy %s %I %s %s %s %s %s', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[],
                  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_policy p
    union all
    select format('trigger %s %s', t.tgenabled, pg_get_triggerdef(t.oid)) from pg_trigger t where not t.tgisinternal
    union all
    select format('function %s of %s %s %s %s: %s', p.oid::regprocedure, p.proowner::regrole, p.prosecdef, p.proconfig,
                  (select string_agg(a::text, ' ' order by a::text) from unnest(coalesce(p.proacl, acldefault('f', p.proowner))) a), md5(p.prosrc))
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select format('schema %I of %s: %s', n.nspname, n.nspowner::regrole,
                  (select string_agg(a::text, ' ' order by a::text) from unnest(coalesce(n.nspacl, acldefault('n', n.nspowner))) a))
    from pg_namespace n where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select format('rights to come %s %s %s: %s', d.defaclrole::regrole, d.defaclnamespace::regnamespace, d.defaclobjtype, d.defaclacl)
    from pg_default_acl d
    union all
    select format('role %I %s %s %s %s %s %s', r.rolname, r.rolsuper, r.rolinherit, r.rolcanlogin, r.rolbypassrls, r.rolcreaterole, r.rolconfig)
    from pg_roles r
    union all
    select format('member %s of %s', m.member::regrole, m.roleid::regrole) from pg_auth_members m
)
select line from objects order by line collate "C"
