-- expect: in-place
-- from
create schema app;
create domain app.code as text;
create domain app.other as text;
create table app.item (id integer primary key, code app.code, other app.other);
alter domain app.code add constraint code_length check (length(value) < 5) not valid;
alter domain app.other add constraint other_length check (length(value) < 5);

-- rows
insert into app.item values (1, 'abc', 'x');

-- to
create schema app;
create domain app.code as text;
create domain app.other as text;
create table app.item (id integer primary key, code app.code, other app.other);
alter domain app.code add constraint code_length check (length(value) < 5);
alter domain app.other add constraint other_length check (length(value) < 5) not valid;
