-- from
create schema app;
create table app.item (id integer primary key, name text);
create function app.one() returns trigger language plpgsql as $$ begin return new; end $$;
create view app.v as select id, name from app.item;
create trigger a instead of insert on app.v for each row execute function app.one();
create trigger b instead of delete on app.v for each row execute function app.one();

-- to
create schema app;
create table app.item (id integer primary key, name text);
create function app.one() returns trigger language plpgsql as $$ begin return new; end $$;
create view app.v as select id, name from app.item;
create trigger a instead of insert or update on app.v for each row execute function app.one('x');
