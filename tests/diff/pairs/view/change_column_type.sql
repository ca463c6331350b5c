-- forbid: DROP TABLE
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key, name text);
create view app.a as select id, name from app.item;
create view app.b as select id, name from app.a where id > 1;
create view app.c as select b.id, a.name from app.b join app.a using (name);
grant select on app.b to pair_reader;
comment on view app.c is 'third';
comment on column app.b.id is 'number';

-- rows
insert into app.item values (1, 'a');

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.a as select id::bigint as id, name from app.item;
create view app.b as select id, name from app.a where id > 1;
create view app.c as select b.id, a.name from app.b join app.a using (name);
grant select on app.b to pair_reader;
comment on view app.c is 'third';
comment on column app.b.id is 'number';
