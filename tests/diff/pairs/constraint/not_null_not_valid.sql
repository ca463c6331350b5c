-- since: 18
-- expect: in-place
-- want: VALIDATE CONSTRAINT
-- from
create schema app;
create table app.item (id integer primary key, a integer, b integer);
alter table app.item add constraint a_there not null a not valid;

-- rows
insert into app.item values (1, 1, 1);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer);
alter table app.item add constraint a_there not null a;
alter table app.item add constraint b_there not null b not valid;
