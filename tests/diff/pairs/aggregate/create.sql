-- from
create schema app;

-- to
create schema app;
create function app.keep_max(integer, integer) returns integer language sql immutable as 'select greatest($1, $2)';
create aggregate app.biggest(integer) (sfunc = app.keep_max, stype = integer, initcond = '0', parallel = safe);
