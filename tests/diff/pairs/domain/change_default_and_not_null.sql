-- expect: in-place
-- want: SET NOT NULL
-- forbid: DROP DOMAIN
-- from
create schema app;
create domain app.code as text default 'a' not null;
create domain app.other as integer;
create domain app.third as integer default 1;
create table app.item (id integer primary key, code app.code, other app.other, third app.third);

-- rows
insert into app.item values (1, 'x', 2, null);

-- to
create schema app;
create domain app.code as text default 'b';
create domain app.other as integer default 7 not null;
create domain app.third as integer;
create table app.item (id integer primary key, code app.code, other app.other, third app.third);
