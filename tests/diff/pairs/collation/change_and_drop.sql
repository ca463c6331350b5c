-- from
create schema app;
create collation app.one from "C";
create collation app.gone from "C";

-- to
create schema app;
create collation app.one from "POSIX";
