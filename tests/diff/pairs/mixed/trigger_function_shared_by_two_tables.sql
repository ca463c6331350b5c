-- from
create schema app;
create table app.b (id integer primary key, changed timestamptz);
create table app.a (id integer primary key, changed timestamptz);
create function app.touch() returns trigger language plpgsql as $$ begin new.changed := now(); return new; end $$;
create trigger touch before update on app.a for each row execute function app.touch();
create trigger touch before update on app.b for each row execute function app.touch();

-- rows
insert into app.a values (1, null);
insert into app.b values (1, null);

-- to
create schema app;
create table app.b (id integer primary key, changed timestamptz);
create table app.a (id integer primary key, changed timestamptz);
create function app.touch() returns trigger language plpgsql as $$ begin new.changed := clock_timestamp(); return new; end $$;
create trigger touch before update on app.b for each row execute function app.touch();
create trigger touch_late after insert on app.a for each row execute function app.touch();
