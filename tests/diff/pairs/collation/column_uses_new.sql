-- forbid: DROP TABLE
-- from
create schema app;
create collation app.one from "C";
create table app.word (w text collate app.one primary key, n integer);
create index word_idx on app.word (n, w);
create view app.v as select w from app.word where w > 'a';

-- rows
insert into app.word values ('a', 1), ('B', 2);

-- to
create schema app;
create collation app.one (lc_collate = 'POSIX', lc_ctype = 'C');
create table app.word (w text collate app.one primary key, n integer);
create index word_idx on app.word (n, w);
create view app.v as select w from app.word where w > 'a';
