-- expect: in-place
-- forbid: DROP MATERIALIZED VIEW
-- from
create schema app;
create table app.item (id integer primary key, name text);
create materialized view app.m as select id, name from app.item;
create materialized view app.n with (fillfactor = 90) as select id, name from app.item;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create materialized view app.m as select id, name from app.item;
create materialized view app.n with (fillfactor = 90) as select id, name from app.item;
alter materialized view app.m set (fillfactor = 80, autovacuum_enabled = false);
alter materialized view app.n reset (fillfactor);
alter materialized view app.m alter column name set statistics 10;
comment on materialized view app.m is 'kept';
