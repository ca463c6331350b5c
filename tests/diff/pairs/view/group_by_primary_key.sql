-- forbid: DROP TABLE
-- from
-- the view depends on the key
create schema app;
create table app.item (id integer constraint item_pkey primary key, name text, tenant integer not null);
create table app.part (item_id integer);
create view app.v as select i.id, i.name, count(p.*) as n from app.item i left join app.part p on p.item_id = i.id group by i.id;

-- rows
insert into app.item values (1, 'a', 1);

-- to
create schema app;
create table app.item (id integer constraint item_pk primary key, name text, tenant integer not null);
create table app.part (item_id integer);
create view app.v as select i.id, i.name, count(p.*) as n from app.item i left join app.part p on p.item_id = i.id group by i.id;
