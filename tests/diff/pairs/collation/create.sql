-- from
create schema app;

-- to
create schema app;
create collation app.plain from "C";
create table app.word (w text collate app.plain primary key);
