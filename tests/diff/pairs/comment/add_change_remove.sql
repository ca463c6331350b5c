-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, name text, note text);
comment on table app.item is 'things';
comment on column app.item.name is 'old';

-- to
create schema app;
create table app.item (id integer primary key, name text, note text);
comment on column app.item.name is 'new, it''s \ different
on two lines';
comment on column app.item.note is '-- not a comment; drop table app.item;';
