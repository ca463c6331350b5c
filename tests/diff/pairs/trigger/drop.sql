-- from
create schema app;
create table app.item (id integer primary key);
create function app.one() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger a before update on app.item for each row execute function app.one();
create constraint trigger b after update on app.item for each row execute function app.one();

-- to
create schema app;
create table app.item (id integer primary key);
