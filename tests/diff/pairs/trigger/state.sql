-- expect: in-place
-- want: DISABLE TRIGGER
-- want: ENABLE ALWAYS TRIGGER
-- want: ENABLE REPLICA TRIGGER
-- forbid: DROP TRIGGER
-- from
create schema app;
create table app.item (id integer primary key);
create function app.one() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger a before update on app.item for each row execute function app.one();
create trigger b before update on app.item for each row execute function app.one();
create trigger c before update on app.item for each row execute function app.one();
create trigger d before update on app.item for each row execute function app.one();
alter table app.item disable trigger d;

-- to
create schema app;
create table app.item (id integer primary key);
create function app.one() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger a before update on app.item for each row execute function app.one();
create trigger b before update on app.item for each row execute function app.one();
create trigger c before update on app.item for each row execute function app.one();
create trigger d before update on app.item for each row execute function app.one();
alter table app.item disable trigger a;
alter table app.item enable replica trigger b;
alter table app.item enable always trigger c;
