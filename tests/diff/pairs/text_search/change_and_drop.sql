-- expect: in-place
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.doc (id integer primary key, body text);
create text search dictionary app.d (template = pg_catalog.simple, stopwords = 'english');
create text search dictionary app.gone (template = pg_catalog.simple);
create text search configuration app.c (parser = pg_catalog."default");
alter text search configuration app.c add mapping for asciiword, word with app.d;
alter text search configuration app.c add mapping for url with app.gone;
create index doc_body on app.doc using gin (to_tsvector('app.c', body));

-- to
create schema app;
create table app.doc (id integer primary key, body text);
create text search dictionary app.d (template = pg_catalog.simple, accept = false);
create text search configuration app.c (parser = pg_catalog."default");
alter text search configuration app.c add mapping for asciiword with app.d, pg_catalog.english_stem;
alter text search configuration app.c add mapping for word, int with pg_catalog.simple;
alter text search dictionary app.d owner to pair_owner;
alter text search configuration app.c owner to pair_owner;
create index doc_body on app.doc using gin (to_tsvector('app.c', body));
