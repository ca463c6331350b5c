-- expect: data-loss
-- from
create schema app;
create table app.event (id bigint not null, at date not null, primary key (id, at)) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01') partition by hash (id);
create table app.event_2024_0 partition of app.event_2024 for values with (modulus 1, remainder 0);
create table app.note (event_id bigint, event_at date, foreign key (event_id, event_at) references app.event);

-- rows
insert into app.event values (1, '2024-02-02');
insert into app.note values (1, '2024-02-02');

-- to
create schema app;
