-- from
create schema app;
create function app.add_up(integer, integer) returns integer language sql immutable strict parallel safe as 'select $1 + $2';
create aggregate app.total(integer) (sfunc = app.add_up, stype = integer);
create aggregate app.gone(integer) (sfunc = app.add_up, stype = integer);

-- to
create schema app;
create function app.add_up(integer, integer) returns integer language sql immutable strict parallel safe as 'select $1 + $2';
create aggregate app.total(integer) (sfunc = app.add_up, stype = integer, initcond = '5', combinefunc = app.add_up, parallel = safe);
create aggregate app.first_value(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
