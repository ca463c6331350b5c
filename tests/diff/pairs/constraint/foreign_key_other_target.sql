-- expect: in-place
-- from
create schema app;
create table app.p (id integer primary key, code text not null unique);
create table app.q (id integer primary key);
create table app.c (id integer primary key, a integer, b text, constraint a_fk foreign key (a) references app.p, constraint b_fk foreign key (b) references app.p (code));

-- rows
insert into app.p values (1, 'x');
insert into app.q values (1);
insert into app.c values (1, 1, 'x');

-- to
create schema app;
create table app.p (id integer primary key, code text not null unique);
create table app.q (id integer primary key);
create table app.c (id integer primary key, a integer, b text, constraint a_fk foreign key (a) references app.q);
