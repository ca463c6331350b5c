-- expect: in-place
-- want: DROP CONSTRAINT
-- forbid: DROP DOMAIN
-- from
create schema app;
create domain app.code as text constraint code_length check (length(value) < 5) constraint code_upper check (value = upper(value));
create table app.item (id integer primary key, code app.code);

-- rows
insert into app.item values (1, 'A');

-- to
create schema app;
create domain app.code as text constraint code_length check (length(value) < 10);
create table app.item (id integer primary key, code app.code);
