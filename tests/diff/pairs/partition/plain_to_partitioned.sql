-- expect: data-loss
-- from
create schema app;
create table app.event (id bigint not null, at date not null, body text, constraint event_pkey primary key (id, at));
create index event_at_idx on app.event (at);

-- rows
insert into app.event values (1, '2024-02-02', 'a'), (2, '2025-02-02', 'b');

-- to
create schema app;
create table app.event (id bigint not null, at date not null, body text, constraint event_pkey primary key (id, at)) partition by range (at);
create index event_at_idx on app.event (at);
create table app.event_old partition of app.event for values from (minvalue) to ('2025-01-01');
create table app.event_new partition of app.event for values from ('2025-01-01') to (maxvalue);
