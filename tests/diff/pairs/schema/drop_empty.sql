-- from
create schema app;
create schema old;

-- to
create schema app;
