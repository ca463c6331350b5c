-- expect: in-place
-- want: ALTER ATTRIBUTE
-- from
create schema app;
create type app.price as (amount integer, currency text);
create function app.amount(p app.price) returns text language sql immutable as 'select p.amount::text';
create view app.v as select app.amount(row(1, 'a')::app.price) as a;

-- to
create schema app;
create type app.price as (amount bigint, currency text collate "C");
create function app.amount(p app.price) returns text language sql immutable as 'select p.amount::text';
create view app.v as select app.amount(row(1, 'a')::app.price) as a;
