-- expect: data-loss
-- want: DROP ATTRIBUTE
-- forbid: DROP TYPE|DROP TABLE
-- from
create schema app;
create type app.address as (street text, city text, zip text);
create table app.person (id integer primary key, home app.address, others app.address[]);

-- rows
insert into app.person values (1, row('Main St', 'Springfield', '1'), null);

-- to
create schema app;
create type app.address as (street text, zip text);
create table app.person (id integer primary key, home app.address, others app.address[]);
