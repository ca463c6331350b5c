-- expect: in-place
-- want: NOT VALID
-- want: VALIDATE CONSTRAINT
-- from
create schema app;
create table app.item (id integer primary key, price integer not null);

-- rows
insert into app.item values (1, 10);

-- to
create schema app;
create table app.item (id integer primary key, price integer not null, constraint price_positive check (price > 0));
