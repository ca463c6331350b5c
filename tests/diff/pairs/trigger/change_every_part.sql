-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key, name text, qty integer);
create function app.one() returns trigger language plpgsql as $$ begin return new; end $$;
create function app.two() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger a before update on app.item for each row execute function app.one();
create trigger b before update of name on app.item for each row execute function app.one();
create trigger c before update on app.item for each row when (new.qty > 0) execute function app.one('x');
create trigger d after update on app.item referencing old table as was for each statement execute function app.two();
create trigger e after insert on app.item for each row execute function app.two();
create trigger f before truncate on app.item for each statement execute function app.two();

-- rows
insert into app.item values (1, 'a', 2);

-- to
create schema app;
create table app.item (id integer primary key, name text, qty integer);
create function app.one() returns trigger language plpgsql as $$ begin return new; end $$;
create function app.two() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger a before update on app.item for each row execute function app.two();
create trigger b before update of qty, name on app.item for each row execute function app.one();
create trigger c before update on app.item for each row when (new.qty > 0 and new.name is not null) execute function app.one('y', 'it''s');
create trigger d after update on app.item referencing old table as was new table as "Is" for each statement execute function app.two();
create trigger e after insert on app.item for each statement execute function app.two();
comment on trigger a on app.item is 'first';
