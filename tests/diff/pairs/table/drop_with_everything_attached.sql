-- expect: data-loss
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.keep (id integer primary key);
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create table app.item (id serial primary key, keep_id integer references app.keep, name text);
create table app.uses_item (item_id integer references app.item);
create index item_name_idx on app.item (name);
create view app.v as select * from app.item;
create trigger t before insert on app.item for each row execute function app.touch();
create policy p on app.item using (true);
create statistics app.item_stats on id, name from app.item;
create publication pub for table app.item, app.keep;
grant select on app.item to pair_reader;
comment on table app.item is 'x';

-- rows
insert into app.keep values (1);
insert into app.item (keep_id) values (1);
insert into app.uses_item values (1);

-- to
create schema app;
create table app.keep (id integer primary key);
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create table app.uses_item (item_id integer);
create publication pub for table app.keep;
