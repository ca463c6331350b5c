-- from
create schema app;

-- to
create schema app;
create type app.money_amount as (amount numeric(12, 2), currency char(3));
