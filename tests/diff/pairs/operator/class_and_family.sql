-- from
create schema app;
create type app.ver as (major integer, minor integer);
create function app.ver_lt(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) < ($2.major, $2.minor)';
create function app.ver_le(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) <= ($2.major, $2.minor)';
create function app.ver_eq(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) = ($2.major, $2.minor)';
create function app.ver_ge(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) >= ($2.major, $2.minor)';
create function app.ver_gt(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) > ($2.major, $2.minor)';
create function app.ver_cmp(app.ver, app.ver) returns integer language sql immutable as 'select case when app.ver_lt($1, $2) then -1 when app.ver_eq($1, $2) then 0 else 1 end';
create operator app.<# (leftarg = app.ver, rightarg = app.ver, function = app.ver_lt, commutator = operator(app.>#), negator = operator(app.>=#));
create operator app.<=# (leftarg = app.ver, rightarg = app.ver, function = app.ver_le, commutator = operator(app.>=#), negator = operator(app.>#));
create operator app.=# (leftarg = app.ver, rightarg = app.ver, function = app.ver_eq, commutator = operator(app.=#));
create operator app.>=# (leftarg = app.ver, rightarg = app.ver, function = app.ver_ge, commutator = operator(app.<=#), negator = operator(app.<#));
create operator app.># (leftarg = app.ver, rightarg = app.ver, function = app.ver_gt, commutator = operator(app.<#), negator = operator(app.<=#));
create operator family app.old_family using hash;

-- to
create schema app;
create type app.ver as (major integer, minor integer);
create function app.ver_lt(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) < ($2.major, $2.minor)';
create function app.ver_le(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) <= ($2.major, $2.minor)';
create function app.ver_eq(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) = ($2.major, $2.minor)';
create function app.ver_ge(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) >= ($2.major, $2.minor)';
create function app.ver_gt(app.ver, app.ver) returns boolean language sql immutable as 'select ($1.major, $1.minor) > ($2.major, $2.minor)';
create function app.ver_cmp(app.ver, app.ver) returns integer language sql immutable as 'select case when app.ver_lt($1, $2) then -1 when app.ver_eq($1, $2) then 0 else 1 end';
create operator app.<# (leftarg = app.ver, rightarg = app.ver, function = app.ver_lt, commutator = operator(app.>#), negator = operator(app.>=#));
create operator app.<=# (leftarg = app.ver, rightarg = app.ver, function = app.ver_le, commutator = operator(app.>=#), negator = operator(app.>#));
create operator app.=# (leftarg = app.ver, rightarg = app.ver, function = app.ver_eq, commutator = operator(app.=#));
create operator app.>=# (leftarg = app.ver, rightarg = app.ver, function = app.ver_ge, commutator = operator(app.<=#), negator = operator(app.<#));
create operator app.># (leftarg = app.ver, rightarg = app.ver, function = app.ver_gt, commutator = operator(app.<#), negator = operator(app.<=#));
create operator family app.ver_family using btree;
create operator class app.ver_ops default for type app.ver using btree family app.ver_family as
  operator 1 app.<#, operator 2 app.<=#, operator 3 app.=#, operator 4 app.>=#, operator 5 app.>#, function 1 app.ver_cmp(app.ver, app.ver);
create table app.release (v app.ver primary key);
comment on operator class app.ver_ops using btree is 'in order';
