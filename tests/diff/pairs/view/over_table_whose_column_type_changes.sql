-- forbid: DROP TABLE
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key, price numeric(8, 2), name text);
create view app.a as select id, price from app.item;
create view app.b (num, cost) with (security_barrier) as select id, price * 2 from app.a;
create view app.c as select max(cost) as highest from app.b;
alter view app.b owner to pair_owner;
grant select on app.b to pair_reader with grant option;
grant select (highest) on app.c to pair_reader;
create function app.ins() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t instead of insert on app.b for each row execute function app.ins();
create rule r as on delete to app.a do instead nothing;

-- rows
insert into app.item values (1, 1.50, 'a');

-- to
create schema app;
create table app.item (id bigint primary key, price numeric(12, 2), name text);
create view app.a as select id, price from app.item;
create view app.b (num, cost) with (security_barrier) as select id, price * 2 from app.a;
create view app.c as select max(cost) as highest from app.b;
alter view app.b owner to pair_owner;
grant select on app.b to pair_reader with grant option;
grant select (highest) on app.c to pair_reader;
create function app.ins() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t instead of insert on app.b for each row execute function app.ins();
create rule r as on delete to app.a do instead nothing;
