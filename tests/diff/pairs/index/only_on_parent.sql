-- expect: in-place
-- from
create schema app;
create table app.event (id bigint, at date not null) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create index event_at_idx on only app.event (at);

-- to
create schema app;
create table app.event (id bigint, at date not null) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create index event_at_idx on app.event (at);
