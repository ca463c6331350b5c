-- from
create schema app;
create table app.item (id integer primary key, name text);
create materialized view app.m as select id from app.item;
create index m_id on app.m (id);
create materialized view app.n as select id from app.m;

-- to
create schema app;
create table app.item (id integer primary key, name text);
