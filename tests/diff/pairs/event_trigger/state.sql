-- expect: in-place
-- want: ALTER EVENT TRIGGER
-- forbid: DROP EVENT TRIGGER
-- from
create schema app;
create function app.on_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger pair_a on ddl_command_end execute function app.on_ddl();
create event trigger pair_b on sql_drop execute function app.on_ddl();
create event trigger pair_c on table_rewrite execute function app.on_ddl();
alter event trigger pair_c disable;

-- to
create schema app;
create function app.on_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger pair_a on ddl_command_end execute function app.on_ddl();
create event trigger pair_b on sql_drop execute function app.on_ddl();
create event trigger pair_c on table_rewrite execute function app.on_ddl();
alter event trigger pair_a disable;
alter event trigger pair_b enable always;
alter event trigger pair_c enable replica;
