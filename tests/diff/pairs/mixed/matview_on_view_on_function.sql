-- from
create schema app;
create table app.item (id integer primary key, n integer);
create function app.f(i integer) returns table (a integer, b text) language sql stable as $$ select i, 'x' $$;
create view app.v as select i.id, f.a, f.b from app.item i, lateral app.f(i.n) f;
create materialized view app.m as select a, count(*) as n from app.v group by a;
create unique index m_a on app.m (a);
create view app.top as select max(n) as most from app.m;

-- rows
insert into app.item values (1, 2);

-- to
create schema app;
create table app.item (id integer primary key, n integer);
create function app.f(i integer) returns table (a bigint, b text, c text) language sql stable as $$ select i::bigint, 'x', 'y' $$;
create view app.v as select i.id, f.a, f.b from app.item i, lateral app.f(i.n) f;
create materialized view app.m as select a, count(*) as n from app.v group by a;
create unique index m_a on app.m (a);
create view app.top as select max(n) as most from app.m;
