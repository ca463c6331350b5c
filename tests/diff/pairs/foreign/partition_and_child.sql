-- from
create schema app;
create extension postgres_fdw;
create server s foreign data wrapper postgres_fdw;
create table app.event (id bigint, at date) partition by range (at);
create table app.parent (id integer, name text);
create foreign table app.event_old partition of app.event for values from (minvalue) to ('2020-01-01') server s options (table_name 'old');

-- to
create schema app;
create extension postgres_fdw;
create server s foreign data wrapper postgres_fdw;
create table app.event (id bigint, at date) partition by range (at);
create table app.parent (id integer, name text);
create foreign table app.event_old (id bigint, at date) server s options (table_name 'old');
create foreign table app.event_new partition of app.event for values from ('2020-01-01') to (maxvalue) server s;
create foreign table app.child (extra text) inherits (app.parent) server s;
