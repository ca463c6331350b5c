-- from
create schema app;
create table app.a (id integer primary key);
create table app.b (id integer primary key);
create function app.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on app.a for each row execute function app.stamp();
create trigger t before insert on app.b for each row execute function app.stamp();

-- to
create schema app;
create table app.a (id integer primary key);
create table app.b (id integer primary key);
create schema tools;
create function tools.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on app.a for each row execute function tools.stamp();
create trigger t before insert on app.b for each row execute function tools.stamp();
