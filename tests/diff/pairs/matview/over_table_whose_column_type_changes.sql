-- expect: in-place
-- forbid: DROP TABLE
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key, price integer);
create view app.v as select id, price from app.item;
create materialized view app.m as select price, count(*) as n from app.v group by price;
create unique index m_price on app.m (price);
create index m_n on app.m (n) where n > 1;
create materialized view app.over as select sum(n) as total from app.m;
grant select on app.m to pair_reader;
comment on index app.m_price is 'unique';

-- rows
insert into app.item values (1, 5);

-- to
create schema app;
create table app.item (id integer primary key, price bigint);
create view app.v as select id, price from app.item;
create materialized view app.m as select price, count(*) as n from app.v group by price;
create unique index m_price on app.m (price);
create index m_n on app.m (n) where n > 1;
create materialized view app.over as select sum(n) as total from app.m;
grant select on app.m to pair_reader;
comment on index app.m_price is 'unique';
