-- from
create schema app;
create function app.on_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create function app.on_ddl_2() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger pair_a on ddl_command_end execute function app.on_ddl();
create event trigger pair_b on sql_drop when tag in ('DROP TABLE') execute function app.on_ddl();
create event trigger pair_c on ddl_command_start execute function app.on_ddl();

-- to
create schema app;
create function app.on_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create function app.on_ddl_2() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger pair_a on ddl_command_end when tag in ('CREATE VIEW') execute function app.on_ddl_2();
create event trigger pair_b on sql_drop when tag in ('DROP TABLE', 'DROP VIEW') execute function app.on_ddl();
comment on event trigger pair_a is 'looks on';
