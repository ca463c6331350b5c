-- from
create schema app;
create table app.item (id integer primary key);
create table app.other (id integer primary key);
create function app.one() returns trigger language plpgsql as $$ begin return null; end $$;
create constraint trigger a after insert on app.item for each row execute function app.one();
create trigger b after update on app.item for each row execute function app.one();
create constraint trigger c after update on app.item deferrable for each row execute function app.one();

-- to
create schema app;
create table app.item (id integer primary key);
create table app.other (id integer primary key);
create function app.one() returns trigger language plpgsql as $$ begin return null; end $$;
create constraint trigger a after insert on app.item from app.other deferrable initially deferred for each row when (new.id > 1) execute function app.one();
create constraint trigger b after update on app.item for each row execute function app.one();
