-- expect: data-loss
-- from
create schema app;
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create table app.item (id integer primary key, name text, gone integer, constraint gone_positive check (gone > 0));
create index item_gone_idx on app.item (gone, name);
create view app.v as select id, name, gone from app.item;
create trigger t after update of name, gone on app.item for each row execute function app.touch();
create policy p on app.item using (gone > 0);
create statistics app.s on name, gone from app.item;

-- rows
insert into app.item values (1, 'a', 5);

-- to
create schema app;
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create table app.item (id integer primary key, name text);
create index item_gone_idx on app.item (name);
create view app.v as select id, name from app.item;
create trigger t after update of name on app.item for each row execute function app.touch();
create policy p on app.item using (id > 0);
