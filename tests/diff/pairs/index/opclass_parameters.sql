-- want: CREATE INDEX CONCURRENTLY
-- from
create schema app;
create extension pg_trgm;
create table app.item (id integer primary key, a text);
create index a_idx on app.item using gist (a gist_trgm_ops);

-- to
create schema app;
create extension pg_trgm;
create table app.item (id integer primary key, a text);
create index a_idx on app.item using gist (a gist_trgm_ops (siglen = 32));
