-- since: 15
-- expect: in-place
-- want: NULLS NOT DISTINCT
-- from
create schema app;
create table app.item (id integer primary key, a integer constraint a_key unique, b integer constraint b_key unique nulls not distinct);

-- rows
insert into app.item values (1, null, null);

-- to
create schema app;
create table app.item (id integer primary key, a integer constraint a_key unique nulls not distinct, b integer constraint b_key unique);
