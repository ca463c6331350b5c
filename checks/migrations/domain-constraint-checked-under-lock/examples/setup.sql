create domain email as text;
create table account (id bigint primary key, address email);
insert into account select n, 'a@b' from generate_series(1, 100) n;
