-- from
create schema app;
create type app.words as range (subtype = text, collation = "C");
create type app.gone as range (subtype = float8);

-- to
create schema app;
create type app.words as range (subtype = text, collation = "POSIX");
