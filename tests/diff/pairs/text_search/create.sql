-- from
create schema app;

-- to
create schema app;
create text search dictionary app.short (template = pg_catalog.simple, accept = false);
create text search configuration app.simple_plus (copy = pg_catalog.english);
alter text search configuration app.simple_plus alter mapping for asciiword with app.short, english_stem;
