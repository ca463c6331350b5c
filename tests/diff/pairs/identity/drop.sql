-- expect: in-place
-- want: DROP IDENTITY
-- from
create schema app;
create table app.item (id bigint generated always as identity primary key, name text);

-- rows
insert into app.item (name) values ('a');

-- to
create schema app;
create table app.item (id bigint primary key, name text);
