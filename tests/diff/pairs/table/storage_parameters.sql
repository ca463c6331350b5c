-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, body text) with (fillfactor = 90, autovacuum_enabled = false);

-- rows
insert into app.item values (1, 'a');

-- to
create schema app;
create table app.item (id integer primary key, body text)
  with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, toast.autovacuum_enabled = false, toast_tuple_target = 4000);
