-- expect: in-place
-- want: DETACH PARTITION
-- want: ATTACH PARTITION
-- forbid: DROP TABLE
-- from
create schema app;
create table app.event (id bigint not null, at date not null) partition by range (at);
create table app.event_new partition of app.event for values from ('2024-01-01') to ('2025-01-01');

-- rows
insert into app.event values (1, '2024-02-02');

-- to
create schema app;
create table app.event (id bigint not null, at date not null) partition by range (at);
create table app.event_new partition of app.event for values from ('2024-01-01') to ('2026-01-01');
