-- from
create schema app;

-- to
create schema app;
create extension postgres_fdw;
create server elsewhere type 'replica' version '1' foreign data wrapper postgres_fdw options (host 'db.example.com', dbname 'x');
create user mapping for public server elsewhere options (user 'reader');
create foreign table app.remote_item (id integer options (column_name 'ID') not null, name text) server elsewhere options (schema_name 'public', table_name 'item');
