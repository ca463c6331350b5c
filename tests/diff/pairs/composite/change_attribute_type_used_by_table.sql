-- forbid: DROP TABLE
-- from
-- ALTER ATTRIBUTE refuses while a column uses the type
create schema app;
create type app.price as (amount integer, currency text);
create table app.item (id integer primary key, price app.price);

-- rows
insert into app.item values (1, row(5, 'EUR'));

-- to
create schema app;
create type app.price as (amount bigint, currency text);
create table app.item (id integer primary key, price app.price);
