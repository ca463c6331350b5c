-- The role that asks for plans. Planning evaluates functions of the original's schema, which anybody may have written: not as superuser.
-- Row-level security does not bind it. $taken_at: seconds since 1970.
create role dbharden_planner login bypassrls;
create schema dbharden_twin;

grant usage on schema dbharden_twin to public;

-- Not SQL, which would be folded into the statement: planners expect a call here as of now().
create function dbharden_twin.now() returns timestamptz language plpgsql stable parallel safe cost 1
    as 'begin return pg_catalog.to_timestamp($taken_at); end';

-- Switches indexes on and off, for the transaction that asks and is rolled back.
create function dbharden_twin.switch("on" oid[], "off" oid[]) returns void language sql security definer set search_path = pg_catalog as $$
    update pg_catalog.pg_index set indisvalid = true where indexrelid = any ("on");
    update pg_catalog.pg_index set indisvalid = false where indexrelid = any ("off");
$$;

do $$
declare
    one record;
begin
    for one in select n.nspname from pg_catalog.pg_namespace n where n.nspname !~ '^(pg_|information_schema$)' loop
        execute pg_catalog.format('grant usage on schema %I to dbharden_planner', one.nspname);
        execute pg_catalog.format('grant all on all tables in schema %I to dbharden_planner', one.nspname);
        execute pg_catalog.format('grant all on all sequences in schema %I to dbharden_planner', one.nspname);
        execute pg_catalog.format('grant execute on all routines in schema %I to dbharden_planner', one.nspname);
    end loop;
end
$$;
