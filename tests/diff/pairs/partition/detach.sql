-- expect: in-place
-- want: DETACH PARTITION
-- from
create schema app;
create table app.event (id bigint not null, at date not null, primary key (id, at)) partition by range (at);
create table app.event_2023 partition of app.event for values from ('2023-01-01') to ('2024-01-01');
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');

-- rows
insert into app.event values (1, '2023-02-02'), (2, '2024-02-02');

-- to
create schema app;
create table app.event (id bigint not null, at date not null, primary key (id, at)) partition by range (at);
create table app.event_2023 (id bigint not null, at date not null, constraint event_2023_pkey primary key (id, at));
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
