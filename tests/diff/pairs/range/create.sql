-- from
create schema app;

-- to
create schema app;
create function app.float8_gap(float8, float8) returns float8 language sql immutable strict as 'select $1 - $2';
create type app.float_range as range (subtype = float8, subtype_diff = app.float8_gap);
