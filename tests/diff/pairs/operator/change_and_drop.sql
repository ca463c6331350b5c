-- from
create schema app;
create function app.lt(integer, text) returns boolean language sql immutable as 'select $1 < length($2)';
create function app.ge(integer, text) returns boolean language sql immutable as 'select $1 >= length($2)';
create function app.neg(text) returns text language sql immutable as 'select reverse($1)';
create operator app.<# (leftarg = integer, rightarg = text, function = app.lt);
create operator app.!! (rightarg = text, function = app.neg);

-- to
create schema app;
create function app.lt(integer, text) returns boolean language sql immutable as 'select $1 < length($2)';
create function app.ge(integer, text) returns boolean language sql immutable as 'select $1 >= length($2)';
create function app.neg(text) returns text language sql immutable as 'select reverse($1)';
create operator app.<# (leftarg = integer, rightarg = text, function = app.lt, negator = operator(app.>=#), restrict = scalarltsel);
create operator app.>=# (leftarg = integer, rightarg = text, function = app.ge, negator = operator(app.<#));
comment on operator app.<# (integer, text) is 'shorter';
