-- expect: in-place
-- from
create schema app;
create table app.item (id integer generated always as identity primary key);

-- rows
insert into app.item default values;

-- to
create schema app;
create table app.item (id integer generated always as identity (sequence name app."Item Ids") primary key);
