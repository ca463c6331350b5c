-- forbid: DROP TABLE
-- from
create schema app;
create domain app.amount as integer constraint amount_positive check (value > 0);
create domain app.big_amount as app.amount check (value > 100);
create table app.item (id integer primary key, amount app.amount not null, big app.big_amount[]);
create function app.twice(a app.amount) returns app.amount language sql as 'select (a * 2)::app.amount';
create view app.v as select amount, app.twice(amount) as t from app.item;

-- rows
insert into app.item values (1, 5, '{101,102}');

-- to
create schema app;
create domain app.amount as bigint constraint amount_positive check (value > 0);
create domain app.big_amount as app.amount check (value > 100);
create table app.item (id integer primary key, amount app.amount not null, big app.big_amount[]);
create function app.twice(a app.amount) returns app.amount language sql as 'select (a * 2)::app.amount';
create view app.v as select amount, app.twice(amount) as t from app.item;
