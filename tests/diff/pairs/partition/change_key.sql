-- from
create schema app;
create table app.event (id bigint not null, at date not null, kind text) partition by range (at);
create table app.event_all partition of app.event for values from (minvalue) to (maxvalue);

-- to
create schema app;
create table app.event (id bigint not null, at date not null, kind text) partition by hash (id);
create table app.event_all partition of app.event for values with (modulus 1, remainder 0);
