-- since: 18
-- expect: in-place
-- want: ATTACH PARTITION app.event_2024
-- want: kind text CONSTRAINT kind_there NOT NULL
-- from
create schema app;
create table app.event (id bigint not null, at date not null, kind text constraint kind_there not null) partition by range (at);
create table app.event_2024 (id bigint, at date not null, kind text);

-- rows
insert into app.event_2024 values (1, '2024-02-02', 'a');

-- to
create schema app;
create table app.event (id bigint not null, at date not null, kind text constraint kind_there not null) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01') partition by list (kind);
create table app.event_2025_a partition of app.event_2025 for values in ('a');
