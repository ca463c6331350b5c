-- expect: in-place
-- want: ALTER OPERATOR
-- from
create schema app;
create function app.lt(integer, text) returns boolean language sql immutable as 'select $1 < length($2)';
create operator app.<# (leftarg = integer, rightarg = text, function = app.lt, restrict = scalarltsel);
create view app.v as select 1 operator(app.<#) 'abc' as shorter;

-- to
create schema app;
create function app.lt(integer, text) returns boolean language sql immutable as 'select $1 < length($2)';
create operator app.<# (leftarg = integer, rightarg = text, function = app.lt, join = scalarltjoinsel);
create view app.v as select 1 operator(app.<#) 'abc' as shorter;
