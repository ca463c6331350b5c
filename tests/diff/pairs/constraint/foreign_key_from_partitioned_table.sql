-- expect: in-place
-- from
create schema app;
create table app.p (id integer primary key);
create table app.event (id bigint, p_id integer) partition by hash (id);
create table app.event_0 partition of app.event for values with (modulus 2, remainder 0);
create table app.event_1 partition of app.event for values with (modulus 2, remainder 1);

-- rows
insert into app.p values (1);
insert into app.event values (1, 1), (2, 1), (3, null);

-- to
create schema app;
create table app.p (id integer primary key);
create table app.event (id bigint, p_id integer constraint event_p_fkey references app.p) partition by hash (id);
create table app.event_0 partition of app.event for values with (modulus 2, remainder 0);
create table app.event_1 partition of app.event for values with (modulus 2, remainder 1);
