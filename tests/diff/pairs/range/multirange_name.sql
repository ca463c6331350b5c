-- since: 14
-- from
create schema app;
create type app.span as range (subtype = integer, multirange_type_name = app.spans);
create function app.first_span(app.span) returns integer language sql as 'select lower($1)';

-- to
create schema app;
create type app.span as range (subtype = integer, multirange_type_name = app.many_spans);
create function app.first_span(app.span) returns integer language sql as 'select lower($1)';
