-- expect: in-place
-- want: NO INHERIT
-- from
create schema app;
create table app.p1 (id integer not null, name text);
create table app.p2 (extra integer, constraint extra_positive check (extra > 0));
create table app.child (id integer not null, name text, extra integer, own text, constraint extra_positive check (extra > 0));
alter table app.child inherit app.p1;

-- rows
insert into app.child values (1, 'a', 2, 'b');

-- to
create schema app;
create table app.p1 (id integer not null, name text);
create table app.p2 (extra integer, constraint extra_positive check (extra > 0));
create table app.child (id integer not null, name text, extra integer, own text, constraint extra_positive check (extra > 0));
alter table app.child inherit app.p2;
