-- expect: in-place
-- want: NOT VALID
-- want: VALIDATE CONSTRAINT
-- from
create schema app;
create table app.item (id integer primary key, price integer, constraint price_check check (price > 0));

-- rows
insert into app.item values (1, 5);

-- to
create schema app;
create table app.item (id integer primary key, price integer, constraint price_check check (price > 0 and price < 1000));
