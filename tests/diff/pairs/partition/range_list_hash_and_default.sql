-- from
create schema app;

-- to
create schema app;
create table app.r (a integer, b integer) partition by range (a, b);
create table app.r1 partition of app.r for values from (minvalue, minvalue) to (1, 10);
create table app.r2 partition of app.r for values from (1, 10) to (5, maxvalue) with (fillfactor = 60);
create table app.l (a text) partition by list (a);
create table app.l1 partition of app.l for values in ('x', 'it''s', null);
create table app.ld partition of app.l default;
create table app.h (a integer, b text) partition by hash (a, b text_pattern_ops);
create table app.h0 partition of app.h for values with (modulus 3, remainder 0);
create table app.h1 partition of app.h for values with (modulus 3, remainder 1);
create table app.e (a integer, b text) partition by range ((a % 10), lower(b) collate "C");
create table app.e1 partition of app.e for values from (0, 'a') to (5, 'b');
