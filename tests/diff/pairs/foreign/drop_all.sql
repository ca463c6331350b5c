-- expect: data-loss
-- from
create schema app;
create extension file_fdw;
create foreign data wrapper own options (a 'b');
create server files foreign data wrapper file_fdw;
create server mine foreign data wrapper own;
create user mapping for public server mine;
create foreign table app.lines (line text) server files options (filename '/dev/null', format 'csv');
create view app.v as select line from app.lines;

-- to
create schema app;
