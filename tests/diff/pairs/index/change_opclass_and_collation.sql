-- want: CREATE INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, a text, b text, c jsonb);
create index a_idx on app.item (a);
create index b_idx on app.item (b);
create index c_idx on app.item using gin (c);

-- to
create schema app;
create table app.item (id integer primary key, a text, b text, c jsonb);
create index a_idx on app.item (a text_pattern_ops);
create index b_idx on app.item (b collate "POSIX");
create index c_idx on app.item using gin (c jsonb_path_ops);
