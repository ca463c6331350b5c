-- expect: in-place
-- want: VALIDATE CONSTRAINT
-- from
create schema app;
create table app.p (id integer primary key);
create table app.c (id integer primary key, a integer, b integer);
alter table app.c add constraint a_fk foreign key (a) references app.p not valid;
alter table app.c add constraint b_fk foreign key (b) references app.p;

-- rows
insert into app.p values (1);
insert into app.c values (1, 1, 1);

-- to
create schema app;
create table app.p (id integer primary key);
create table app.c (id integer primary key, a integer, b integer);
alter table app.c add constraint a_fk foreign key (a) references app.p;
alter table app.c add constraint b_fk foreign key (b) references app.p not valid;
