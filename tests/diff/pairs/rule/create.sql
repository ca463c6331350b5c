-- from
create schema app;
create table app.item (id integer primary key, name text);

-- to
create schema app;
create table app.item (id integer primary key, name text);
create rule no_delete as on delete to app.item do instead nothing;
