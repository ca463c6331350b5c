-- expect: in-place
-- from
create schema app;
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create table app.event (id bigint not null, at date not null, kind text default 'p') partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');

-- rows
insert into app.event values (1, '2024-02-02', 'a');

-- to
create schema app;
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create table app.event (id bigint not null, at date not null, kind text default 'p') partition by range (at);
create table app.event_2024 partition of app.event (kind default 'own' constraint kind_own check (kind <> '')) for values from ('2024-01-01') to ('2025-01-01') with (fillfactor = 70);
create index event_2024_kind on app.event_2024 (kind);
create trigger t before insert on app.event_2024 for each row execute function app.touch();
alter table app.event_2024 enable row level security;
create policy p on app.event_2024 using (true);
comment on table app.event_2024 is 'one year';
