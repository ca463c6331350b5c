-- from
create schema app;
create function app.on_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;

-- to
create schema app;
create function app.on_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger log_ddl on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function app.on_ddl();
