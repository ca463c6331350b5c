-- expect: in-place
-- want: OWNED BY
-- from
create schema app;
create table app.item (id integer primary key, n integer);
create sequence app.a;
create sequence app.b;
create sequence app.c;
alter sequence app.b owned by app.item.n;
alter sequence app.c owned by app.item.n;

-- rows
insert into app.item values (1, 1);

-- to
create schema app;
create table app.item (id integer primary key, n integer);
create sequence app.a;
create sequence app.b;
create sequence app.c;
alter sequence app.a owned by app.item.n;
alter sequence app.c owned by app.item.id;
