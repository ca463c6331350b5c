-- expect: in-place
-- want: NOT VALID
-- want: VALIDATE CONSTRAINT
-- from
create schema app;
create table app.item (id integer primary key, name text);

-- rows
insert into app.item values (1, 'a'), (2, 'b');

-- to
create schema app;
create table app.item (id integer primary key, name text not null);
