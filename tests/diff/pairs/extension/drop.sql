-- expect: data-loss
-- from
create schema app;
create table app.item (id integer primary key, name text);
create extension pg_trgm;
create index item_name_idx on app.item using gin (name gin_trgm_ops);

-- to
create schema app;
create table app.item (id integer primary key, name text);
