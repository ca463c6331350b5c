-- expect: data-loss
-- from
-- seen as dropped and created; a tool may offer the rename
create schema old;
create type old.mood as enum ('a', 'b');
create table old.item (id integer generated always as identity primary key, mood old.mood);
create view old.v as select id from old.item;

-- rows
insert into old.item (mood) values ('a');

-- to
create schema old;
create schema new;
create type new.mood as enum ('a', 'b');
create table new.item (id integer generated always as identity primary key, mood new.mood);
create view new.v as select id from new.item;
