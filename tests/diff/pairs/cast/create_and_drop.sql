-- from
create schema app;
create type app.celsius as (v float8);
create type app.kelvin as (v float8);
create function app.to_kelvin(app.celsius) returns app.kelvin language sql immutable as 'select row($1.v + 273.15)::app.kelvin';
create function app.to_celsius(app.kelvin) returns app.celsius language sql immutable as 'select row($1.v - 273.15)::app.celsius';
create cast (app.celsius as app.kelvin) with function app.to_kelvin(app.celsius) as assignment;

-- to
create schema app;
create type app.celsius as (v float8);
create type app.kelvin as (v float8);
create function app.to_kelvin(app.celsius) returns app.kelvin language sql immutable as 'select row($1.v + 273.15)::app.kelvin';
create function app.to_celsius(app.kelvin) returns app.celsius language sql immutable as 'select row($1.v - 273.15)::app.celsius';
create cast (app.kelvin as app.celsius) with function app.to_celsius(app.kelvin) as implicit;
