-- from
create schema app;
create domain app.code as text check (value <> '');
create domain app.code_2 as app.code;
create table app.item (id integer primary key, code app.code_2, codes app.code[]);

-- rows
insert into app.item values (1, 'a', '{a,b}');

-- to
create schema app;
create table app.item (id integer primary key, code text, codes text[]);
