-- forbid: DROP TABLE
-- from
create schema app;
create type app.kind as enum ('a', 'b', 'gone');
create function app.is_a(k app.kind) returns boolean language sql immutable as $$ select k = 'a' $$;
create table app.event (id bigint not null, at date not null, kind app.kind not null default 'a', primary key (id, at)) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event (kind default 'b') for values from ('2025-01-01') to ('2026-01-01');
create index event_kind on app.event (kind) where kind <> 'b';
create view app.v as select kind, count(*) from app.event where app.is_a(kind) group by kind;
create function app.latest() returns app.kind language sql stable as 'select kind from app.event order by at desc limit 1';

-- rows
insert into app.event values (1, '2024-05-05', 'a'), (2, '2025-05-05', 'b');

-- to
create schema app;
create type app.kind as enum ('a', 'b');
create function app.is_a(k app.kind) returns boolean language sql immutable as $$ select k = 'a' $$;
create table app.event (id bigint not null, at date not null, kind app.kind not null default 'a', primary key (id, at)) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event (kind default 'b') for values from ('2025-01-01') to ('2026-01-01');
create index event_kind on app.event (kind) where kind <> 'b';
create view app.v as select kind, count(*) from app.event where app.is_a(kind) group by kind;
create function app.latest() returns app.kind language sql stable as 'select kind from app.event order by at desc limit 1';
