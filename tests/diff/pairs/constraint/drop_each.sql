-- expect: in-place
-- from
create schema app;
create table app.account (id integer primary key);
create table app.item (
  id integer constraint item_pkey primary key,
  code text constraint item_code_key unique,
  price integer constraint price_positive check (price > 0),
  during int4range,
  account_id integer constraint item_account_fkey references app.account,
  constraint item_during_excl exclude using gist (during with &&)
);

-- rows
insert into app.account values (1);
insert into app.item values (1, 'a', 1, '[1,5)', 1);

-- to
create schema app;
create table app.account (id integer primary key);
create table app.item (id integer not null, code text, price integer, during int4range, account_id integer);
