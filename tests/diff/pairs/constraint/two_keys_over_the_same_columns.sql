-- want: ADD CONSTRAINT name_again UNIQUE
-- from
create schema app;

-- to
create schema app;
create table app.permission (name text primary key, id integer);
alter table app.permission add constraint name_again unique (name);
