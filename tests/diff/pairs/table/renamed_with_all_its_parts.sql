-- expect: data-loss
-- from
-- a tool may offer a rename, but must not guess it
create schema app;
create table app.customer (id integer primary key, name text);
create index customer_name_idx on app.customer (name);

-- rows
insert into app.customer values (1, 'a');

-- to
create schema app;
create table app.client (id integer primary key, name text);
create index client_name_idx on app.client (name);
