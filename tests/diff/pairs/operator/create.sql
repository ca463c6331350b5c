-- from
create schema app;

-- to
create schema app;
create function app.near(integer, integer) returns boolean language sql immutable as 'select abs($1 - $2) < 3';
create operator app.=~= (leftarg = integer, rightarg = integer, function = app.near, commutator = operator(app.=~=));
