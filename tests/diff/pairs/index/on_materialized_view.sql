-- from
create schema app;
create table app.item (id integer primary key, a integer);
create materialized view app.m as select id, a from app.item;
create index m_a on app.m (a);
create unique index m_id on app.m (id);

-- to
create schema app;
create table app.item (id integer primary key, a integer);
create materialized view app.m as select id, a from app.item;
create index m_a on app.m (a desc);
create unique index m_id on app.m (id, a);
create index m_new on app.m using hash (a);
alter materialized view app.m cluster on m_a;
