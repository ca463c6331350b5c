-- The role that asks for plans. Planning evaluates functions of the original's schema, which anybody may have written: not as superuser.
-- Row-level security does not bind it. $planner, $here: names that the original leaves free; $taken_at: seconds since 1970.
create role $planner login bypassrls;
create schema $here;

grant usage on schema $here to public;

-- Not SQL, which would be folded into the statement: planners expect a call here as of now().
create function $here.now() returns timestamptz language plpgsql stable parallel safe cost 1
    as 'begin return pg_catalog.to_timestamp($taken_at); end';

-- Switches indexes on and off, for the transaction that asks and is rolled back. For those who get a session, and nobody else.
create function $here.switch("on" oid[], "off" oid[]) returns void language sql security definer set search_path = pg_catalog as $$
    update pg_catalog.pg_index set indisvalid = true where indexrelid = any ("on");
    update pg_catalog.pg_index set indisvalid = false where indexrelid = any ("off");
$$;
revoke all on function $here.switch(oid[], oid[]) from public;

do $$
declare
    one record;
begin
    for one in select n.nspname from pg_catalog.pg_namespace n where n.nspname !~ '^(pg_|information_schema$)' and n.nspname <> $here_text loop
        execute pg_catalog.format('grant usage on schema %I to %I', one.nspname, $planner_text);
        execute pg_catalog.format('grant all on all tables in schema %I to %I', one.nspname, $planner_text);
        execute pg_catalog.format('grant all on all sequences in schema %I to %I', one.nspname, $planner_text);
    end loop;
    for one in
        select r.oid::regprocedure as routine, r.prosecdef and e.objid is null and o.rolsuper as as_superuser,
               e.objid is not null and r.proacl is not null as guarded
        from pg_catalog.pg_proc r
        join pg_catalog.pg_namespace n on n.oid = r.pronamespace
        join pg_catalog.pg_roles o on o.oid = r.proowner
        left join pg_catalog.pg_depend e
            on e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = r.oid and e.objsubid = 0 and e.deptype = 'e'
        where n.nspname !~ '^(pg_|information_schema$)' and n.nspname <> $here_text
    loop
        -- an extension that keeps a routine from the public has its reasons: dblink_connect_u
        if not one.guarded then
            execute pg_catalog.format('grant execute on routine %s to %I', one.routine, $planner_text);
        end if;
        -- what runs as its owner runs as nobody who may do all
        if one.as_superuser then
            execute pg_catalog.format('alter routine %s owner to %I', one.routine, $planner_text);
        end if;
    end loop;
end
$$;
