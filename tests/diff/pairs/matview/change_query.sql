-- from
create schema app;
create table app.item (id integer primary key, name text);
create materialized view app.m as select id, upper(name) as name from app.item;
create unique index m_id_idx on app.m (id);
create view app.over_m as select name from app.m;
comment on column app.m.name is 'one case';

-- to
create schema app;
create table app.item (id integer primary key, name text);
create materialized view app.m as select id, lower(name) as name from app.item;
create unique index m_id_idx on app.m (id);
create view app.over_m as select name from app.m;
comment on column app.m.name is 'one case';
