-- since: 14
-- expect: in-place
-- want: SET COMPRESSION
-- from
create schema app;
create table app.item (id integer primary key, a text, b text compression pglz);

-- rows
insert into app.item values (1, 'a', 'b');

-- to
create schema app;
create table app.item (id integer primary key, a text compression pglz, b text);
