-- expect: data-loss
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create extension citext schema app;
create type app.state as enum ('new', 'done');
create domain app.code as text check (value <> '');
create type app.pt as (x integer, c app.code);
create sequence app.s;
create function app.norm(t text) returns text language sql immutable as 'select lower(t)';
create table app.a (id integer primary key default nextval('app.s'), email app.citext, state app.state default 'new', pt app.pt, low text generated always as (app.norm('X')) stored);
create table app.b (id serial primary key, a_id integer references app.a, up integer references app.b);
alter table app.a add column b_id integer references app.b;
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on app.a for each row execute function app.touch();
create view app.v as select a.id, app.norm(email::text) as e from app.a;
create materialized view app.m as select e from app.v;
create function app.vs() returns setof app.v language sql as 'select * from app.v';
alter table app.a enable row level security;
create policy p on app.a to pair_reader using (exists (select from app.b where b.a_id = a.id));
create index a_norm on app.a (app.norm(email::text));
create publication pub for table app.a;
create function app.on_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger pair_gone on ddl_command_end when tag in ('CREATE RULE') execute function app.on_ddl();
alter default privileges for role pair_owner in schema app grant select on tables to pair_reader;
grant usage on schema app to pair_reader;

-- rows
insert into app.a (email) values ('A');

-- to
