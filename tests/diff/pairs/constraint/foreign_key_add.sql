-- expect: in-place
-- want: NOT VALID
-- want: VALIDATE CONSTRAINT
-- from
create schema app;
create table app.account (id integer primary key);
create table app.item (id integer primary key, account_id integer);

-- rows
insert into app.account values (1);
insert into app.item values (1, 1), (2, null);

-- to
create schema app;
create table app.account (id integer primary key);
create table app.item (id integer primary key, account_id integer references app.account on delete set null on update cascade);
