-- expect: in-place
-- from
create schema app;
create table app.event (id bigint, at date, primary key (id, at)) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.note (id integer primary key, event_id bigint, event_at date);

-- rows
insert into app.event values (1, '2024-01-01');
insert into app.note values (1, 1, '2024-01-01');

-- to
create schema app;
create table app.event (id bigint, at date, primary key (id, at)) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.note (id integer primary key, event_id bigint, event_at date, foreign key (event_id, event_at) references app.event on delete cascade);
