-- expect: in-place
-- forbid: DROP VIEW
-- from
create schema app;
create table app.item (id integer primary key, name text, state text);
create view app.a as select id, name, state from app.item;
alter view app.a alter column name set default 'x';
alter view app.a alter column state set default 'old';
comment on column app.a.id is 'number';

-- to
create schema app;
create table app.item (id integer primary key, name text, state text);
create view app.a as select id, name, state from app.item;
alter view app.a alter column state set default 'new';
comment on column app.a.name is 'called';
comment on view app.a is 'things';
