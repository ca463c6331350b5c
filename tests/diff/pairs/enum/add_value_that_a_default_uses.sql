-- expect: in-place
-- want: ADD VALUE
-- from
-- a value added in a transaction cannot be used in it
create schema app;
create type app.state as enum ('new', 'done');
create table app.job (id integer primary key, state app.state not null default 'new');
create view app.v as select id from app.job where state = 'new';

-- rows
insert into app.job values (1, 'done');

-- to
create schema app;
create type app.state as enum ('new', 'done', 'archived');
create table app.job (id integer primary key, state app.state not null default 'archived', constraint not_done check (state <> 'archived' or id > 0));
create view app.v as select id from app.job where state <> 'archived';
