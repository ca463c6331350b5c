-- forbid: DROP TABLE
-- from
create schema app;
create type app.size as enum ('l', 'm', 's');
create table app.shirt (id integer primary key, size app.size not null default 'm', others app.size[]);
create index shirt_size_idx on app.shirt (size);

-- rows
insert into app.shirt values (1, 's', '{s,l}'), (2, 'l', null);

-- to
create schema app;
create type app.size as enum ('s', 'm', 'l');
create table app.shirt (id integer primary key, size app.size not null default 'm', others app.size[]);
create index shirt_size_idx on app.shirt (size);
