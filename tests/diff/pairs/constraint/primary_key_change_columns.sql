-- expect: in-place
-- want: CREATE UNIQUE INDEX CONCURRENTLY
-- want: USING INDEX
-- from
create schema app;
create table app.item (tenant integer not null, id integer not null, constraint item_pkey primary key (id));

-- rows
insert into app.item values (1, 1), (1, 2);

-- to
create schema app;
create table app.item (tenant integer not null, id integer not null, constraint item_pkey primary key (tenant, id));
