-- from
create schema app;
create table app.item (id integer primary key, name text);
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touch before insert or update of name on app.item for each row when (new.name is not null) execute function app.touch('a', 'it''s');
