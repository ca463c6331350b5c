-- expect: in-place
-- forbid: .
-- from
-- no difference: only the numbers of columns differ
create schema app;
create table app.item (id integer, x integer, a text, y text, b text);
alter table app.item drop column x, drop column y;
create index item_ba_idx on app.item (b, a);
create view app.v as select b, a from app.item;
alter table app.item add primary key (id);

-- rows
insert into app.item values (1, 'a', 'b');

-- to
create schema app;
create table app.item (id integer, a text, b text);
create index item_ba_idx on app.item (b, a);
create view app.v as select b, a from app.item;
alter table app.item add primary key (id);
