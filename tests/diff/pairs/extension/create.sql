-- from
create schema app;

-- to
create schema app;
create extension pg_trgm schema app;
create extension hstore;
