-- from
create schema app;
create text search dictionary app.d (template = pg_catalog.simple);
create text search configuration app.c (parser = pg_catalog."default");
alter text search configuration app.c add mapping for word with app.d;
create table app.doc (id integer primary key, body text, words tsvector generated always as (to_tsvector('app.c', body)) stored);

-- rows
insert into app.doc values (1, 'Hunde');

-- to
create schema app;
create text search dictionary app.d (template = pg_catalog.snowball, language = 'german');
create text search configuration app.c (parser = pg_catalog."default");
alter text search configuration app.c add mapping for word with app.d;
create table app.doc (id integer primary key, body text, words tsvector generated always as (to_tsvector('app.c', body)) stored);
