-- What PostgreSQL 18 brought. After zoo_17.sql, in the same database.

create table zoo.virtual (
  id integer constraint virtual_id_there not null,
  a integer,
  b integer,
  twice integer generated always as (a * 2) virtual,
  plain integer generated always as (a + 1),
  kept integer generated always as (a * 3) stored,
  constraint "b must be ""there""" not null b no inherit,
  constraint virtual_pk primary key (id)
);
create table zoo.not_null_parent (id integer, name text, constraint parent_name_there not null name);
create table zoo.not_null_child (constraint child_id_there not null id) inherits (zoo.not_null_parent);
alter table zoo.virtual add constraint a_there not null a not valid;
comment on constraint virtual_id_there on zoo.virtual is 'always';

create table zoo.unenforced (
  id integer primary key,
  n integer constraint n_positive check (n > 0) not enforced,
  virtual_id integer constraint to_virtual references zoo.virtual on delete cascade not enforced
);

create table zoo.room (id integer, during tstzrange, primary key (id, during without overlaps));
create table zoo.room_name (id integer, during tstzrange not null, name text, constraint room_name_key unique (id, during without overlaps));
create table zoo.booking (id integer primary key, room integer, during tstzrange, constraint booking_room foreign key (room, period during) references zoo.room (id, period during));

create table zoo.fk_parts (id integer, at date, innocent integer) partition by range (at);
create table zoo.fk_parts_2024 partition of zoo.fk_parts for values from ('2024-01-01') to ('2025-01-01');
alter table zoo.fk_parts add constraint fk_parts_innocent foreign key (innocent) references zoo.innocent not valid;

create collation zoo.unicode_fast (provider = builtin, locale = 'PG_UNICODE_FAST');
create publication zoo_generated for table zoo.animal with (publish_generated_columns = stored);
create domain zoo.there as text constraint there_not_null not null;
create index gin_parallel on zoo.indexed using gin (c);
create unlogged table zoo.unlogged_18 (id integer primary key, v integer generated always as (id + 1));
create view zoo.returning_18 as select twice, plain from zoo.virtual;
create function zoo.old_and_new(n integer) returns setof integer language sql begin atomic
  update zoo.rules set a = 'x' where id = n returning old.id + new.id;
end;
