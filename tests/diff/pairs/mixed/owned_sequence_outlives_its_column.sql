-- expect: data-loss
-- from
-- the sequence is owned by a column that goes, and another table draws from it
create schema app;
create sequence app.ids;
create table app.other (id bigint primary key default nextval('app.ids'));
create table app.item (id bigint primary key default nextval('app.ids'), name text);
alter sequence app.ids owned by app.item.id;

-- rows
insert into app.item (name) values ('a');
insert into app.other default values;

-- to
create schema app;
create sequence app.ids;
create table app.other (id bigint primary key default nextval('app.ids'));
create table app.item (name text);
