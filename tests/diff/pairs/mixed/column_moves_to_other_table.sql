-- expect: data-loss
-- from
create schema app;
create table app.person (id integer primary key, name text, street text, city text);
create view app.where_they_live as select id, street, city from app.person;

-- rows
insert into app.person values (1, 'a', 'Main St', 'Springfield');

-- to
create schema app;
create table app.person (id integer primary key, name text);
create table app.address (person_id integer primary key references app.person on delete cascade, street text, city text);
create view app.where_they_live as select person_id as id, street, city from app.address;
