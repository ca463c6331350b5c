-- from
create schema app;

-- to
create schema app;
create table app.event (id bigint not null, at date not null, body text, primary key (id, at)) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01') partition by list (id);
create table app.event_2025_few partition of app.event_2025 for values in (1, 2);
create table app.event_2025_rest partition of app.event_2025 default;
create table app.event_rest partition of app.event default;
create index event_body_idx on app.event (body);
