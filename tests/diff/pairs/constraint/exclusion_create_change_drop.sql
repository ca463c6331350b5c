-- expect: in-place
-- from
create schema app;
create extension btree_gist;
create table app.booking (
  id integer primary key, room integer, during tsrange, old int4range,
  constraint no_overlap exclude using gist (during with &&),
  constraint gone exclude using gist (old with &&)
);

-- rows
insert into app.booking values (1, 1, '[2024-01-01,2024-01-02)', '[1,2)');

-- to
create schema app;
create extension btree_gist;
create table app.booking (
  id integer primary key, room integer, during tsrange, old int4range,
  constraint no_overlap exclude using gist (room with =, during with &&) where (room > 0) deferrable initially deferred,
  constraint added exclude using spgist (old with &&)
);
