-- expect: in-place
-- from
create schema app;
create schema "App";
create table app.item (id integer primary key, "Id" integer);
create table "App"."Item" (id integer primary key);

-- rows
insert into app.item values (1, 2);
insert into "App"."Item" values (3);

-- to
create schema app;
create schema "App";
create table app.item (id integer primary key, "Id" bigint, "ID" integer);
create table "App"."Item" (id integer primary key, "Name" text);
create table app."Item" (id integer primary key);
create index "item_Id" on app.item ("Id");
create index "item_ID" on app.item ("ID");
