-- expect: in-place
-- from
-- attached to the parent's index under a name of its own, or for itself alone
create schema app;
create table app.event (id bigint, at date not null, kind text) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01');
create index my_own_name on app.event_2024 (kind);
create index event_2025_at on app.event_2025 (at);

-- rows
insert into app.event values (1, '2024-05-05', 'a');

-- to
create schema app;
create table app.event (id bigint, at date not null, kind text) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01');
create index my_own_name on app.event_2024 (kind);
create index event_kind_idx on app.event (kind);
create index event_2024_at on app.event_2024 (at);
