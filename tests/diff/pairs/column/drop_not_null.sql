-- expect: in-place
-- want: DROP NOT NULL
-- from
create schema app;
create table app.item (id integer primary key, name text not null);

-- rows
insert into app.item values (1, 'a');

-- to
create schema app;
create table app.item (id integer primary key, name text);
