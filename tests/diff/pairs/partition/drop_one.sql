-- expect: data-loss
-- from
create schema app;
create table app.event (id bigint not null, at date not null) partition by range (at);
create table app.event_2023 partition of app.event for values from ('2023-01-01') to ('2024-01-01');

-- rows
insert into app.event values (1, '2023-02-02');

-- to
create schema app;
create table app.event (id bigint not null, at date not null) partition by range (at);
