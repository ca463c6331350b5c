-- expect: in-place
-- forbid: DROP TABLE
-- from
create schema app;
create table app.event (id bigint not null, at date not null, kind varchar(10), qty integer) partition by range (at);
create table app.event_2024 (qty integer, kind varchar(10), at date not null, id bigint not null);
alter table app.event attach partition app.event_2024 for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01') partition by range (id);
create table app.event_2025_low partition of app.event_2025 for values from (1) to (100);

-- rows
insert into app.event (id, at, kind, qty) values (1, '2024-02-02', 'a', 1), (2, '2025-02-02', 'b', 2);

-- to
create schema app;
create table app.event (id bigint not null, at date not null, kind text not null, qty bigint default 0, added text) partition by range (at);
create table app.event_2024 (qty bigint default 5, kind text not null, at date not null, id bigint not null, added text default 'x');
alter table app.event attach partition app.event_2024 for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01') partition by range (id);
create table app.event_2025_low partition of app.event_2025 for values from (1) to (100);
