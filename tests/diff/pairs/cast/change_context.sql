-- from
create schema app;
create type app.mood as enum ('sad', 'ok');
create function app.rank(app.mood) returns integer language sql immutable strict as 'select length($1::text)';
create cast (app.mood as integer) with function app.rank(app.mood);
create cast (app.mood as json) with inout as assignment;

-- to
create schema app;
create type app.mood as enum ('sad', 'ok');
create function app.rank(app.mood) returns integer language sql immutable strict as 'select length($1::text)';
create cast (app.mood as integer) with function app.rank(app.mood) as assignment;
create cast (app.mood as json) with inout;
comment on cast (app.mood as integer) is 'length';
