-- expect: in-place
-- want: VALIDATE CONSTRAINT
-- from
create schema app;
create table app.item (id integer primary key, a integer, b integer);
alter table app.item add constraint a_positive check (a > 0) not valid;
alter table app.item add constraint b_positive check (b > 0);

-- rows
insert into app.item values (1, 5, 5);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer);
alter table app.item add constraint a_positive check (a > 0);
alter table app.item add constraint b_positive check (b > 0) not valid;
