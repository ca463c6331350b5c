-- from
create schema app;

-- to
create schema app;
create table app.event (id bigint generated always as identity, at date not null, kind text not null) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01') partition by list (kind);
create table app.event_2025_a partition of app.event_2025 for values in ('a');
