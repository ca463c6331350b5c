-- from
create schema app;
create table app.item (id integer primary key, name text);
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touch before insert on app.item for each row execute function app.touch();

-- rows
insert into app.item values (1, 'a');

-- to
create schema app;
create table app.item (id integer primary key, name text);
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touch after insert or delete on app.item for each row execute function app.touch();
