-- expect: in-place
-- forbid: .
-- from
-- no difference, unless the order of columns was asked for
create schema app;
create table app.item (id integer primary key, a text, b text);

-- rows
insert into app.item values (1, 'a', 'b');

-- to
create schema app;
create table app.item (b text, id integer primary key, a text);
