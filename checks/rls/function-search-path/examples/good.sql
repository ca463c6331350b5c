create function total() returns bigint language sql security definer set search_path = pg_catalog, pg_temp as $$ select 1::bigint $$;
create function plain() returns bigint language sql as $$ select 1::bigint $$;
