-- from
create schema app;
create domain app.base as varchar(10);
create domain app.middle as app.base constraint middle_check check (length(value) > 1);
create domain app.top as app.middle not null;
create type app.pair as (one app.top, many app.middle[]);
create table app.item (id integer primary key, t app.top, list app.middle[], p app.pair);
create function app.f(app.top) returns app.base language sql as 'select $1';
create view app.v as select t, list, (p).one from app.item;

-- rows
insert into app.item values (1, 'abc', '{de,fg}', row('hi', '{jk}'));

-- to
create schema app;
create domain app.base as varchar(20) constraint base_check check (value <> '');
create domain app.middle as app.base constraint middle_check check (length(value) > 1);
create domain app.top as app.middle not null;
create type app.pair as (one app.top, many app.middle[]);
create table app.item (id integer primary key, t app.top, list app.middle[], p app.pair);
create function app.f(app.top) returns app.base language sql as 'select $1';
create view app.v as select t, list, (p).one from app.item;
