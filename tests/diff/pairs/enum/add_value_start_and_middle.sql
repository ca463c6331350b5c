-- expect: in-place
-- want: ADD VALUE .*BEFORE|ADD VALUE .*AFTER
-- forbid: DROP TYPE
-- from
create schema app;
create type app.size as enum ('m', 'xl');
create table app.shirt (id integer primary key, size app.size);
create index shirt_size_idx on app.shirt (size);

-- rows
insert into app.shirt values (1, 'm'), (2, 'xl');

-- to
create schema app;
create type app.size as enum ('xs', 's', 'm', 'l', 'xl', 'it''s "xxl"');
create table app.shirt (id integer primary key, size app.size);
create index shirt_size_idx on app.shirt (size);
