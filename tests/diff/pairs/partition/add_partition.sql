-- expect: in-place
-- forbid: DROP TABLE
-- from
create schema app;
create table app.event (id bigint not null, at date not null, body text, primary key (id, at)) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');

-- rows
insert into app.event values (1, '2024-05-05', 'a');

-- to
create schema app;
create table app.event (id bigint not null, at date not null, body text, primary key (id, at)) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01');
