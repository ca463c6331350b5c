-- from
create schema app;
create type app.span as range (subtype = integer);

-- to
create schema app;
create type app.span as range (subtype = bigint);
