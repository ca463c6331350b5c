-- since: 14
-- expect: in-place
-- from
create schema app;
create function app.one() returns trigger language plpgsql as $$ begin return null; end $$;
create function app.two() returns trigger language plpgsql as $$ begin return null; end $$;
create table app.event (id bigint, at date) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01');
create trigger a after insert on app.event for each row execute function app.one();
create trigger gone after insert on app.event for each row execute function app.one();

-- rows
insert into app.event values (1, '2024-02-02');

-- to
create schema app;
create function app.one() returns trigger language plpgsql as $$ begin return null; end $$;
create function app.two() returns trigger language plpgsql as $$ begin return null; end $$;
create table app.event (id bigint, at date) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01');
create trigger a after insert or update on app.event for each row when (new.id > 0) execute function app.two();
create trigger b after delete on app.event for each row execute function app.two();
alter table app.event_2024 disable trigger b;
alter table app.event_2025 enable always trigger a;
