-- expect: in-place
-- from
create schema app;
create table app.event (id bigint, at date not null, kind text) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01') partition by list (kind);
create table app.event_2025_a partition of app.event_2025 for values in ('a');
create index event_one_idx on app.event (kind);
create index event_two_idx on app.event (id);

-- rows
insert into app.event values (1, '2024-05-05', 'a'), (2, '2025-05-05', 'a');

-- to
create schema app;
create table app.event (id bigint, at date not null, kind text) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01') partition by list (kind);
create table app.event_2025_a partition of app.event_2025 for values in ('a');
create index event_one_idx on app.event (kind, id) include (at);
