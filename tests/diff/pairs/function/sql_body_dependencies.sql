-- since: 14
-- expect: data-loss
-- from
create schema app;
create table app.item (id integer primary key, price integer, gone text);
create function app.price(i integer) returns integer language sql stable begin atomic select price from app.item where id = i; end;
create function app.gone(i integer) returns text language sql stable begin atomic select gone from app.item where id = i; end;
create view app.v as select app.price(1) as p;

-- rows
insert into app.item (id, price, gone) values (1, 5, 'x');

-- to
create schema app;
create table app.item (id integer primary key, price bigint);
create function app.price(i integer) returns bigint language sql stable begin atomic select price from app.item where id = i; end;
create view app.v as select app.price(1) as p;
