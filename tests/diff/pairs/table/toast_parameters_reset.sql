-- expect: in-place
-- want: RESET
-- from
create schema app;
create table app.item (id integer primary key, body text) with (fillfactor = 70, toast.autovacuum_enabled = false, toast.vacuum_truncate = false, parallel_workers = 4);

-- to
create schema app;
create table app.item (id integer primary key, body text) with (toast.vacuum_truncate = true);
