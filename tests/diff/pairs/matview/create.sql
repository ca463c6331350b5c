-- from
create schema app;
create table app.item (id integer primary key, name text);

-- to
create schema app;
create table app.item (id integer primary key, name text);
create materialized view app.m as select id, upper(name) as name from app.item;
create unique index m_id_idx on app.m (id);
comment on materialized view app.m is 'names in capitals';
