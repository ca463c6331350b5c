-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, code text default 'x');

-- rows
insert into app.item values (1, 'a');

-- to
create schema app;
create function app.next_code() returns text language plpgsql as $$ begin return 'c' || random()::text; end $$;
create table app.item (id integer primary key, code text default app.next_code(), other text not null default app.next_code());
