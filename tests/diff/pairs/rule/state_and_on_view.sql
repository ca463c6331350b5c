-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, name text);
create view app.v as select id, name from app.item;
create rule a as on delete to app.item do instead nothing;
create rule c as on update to app.item do also notify x;
create rule b as on insert to app.v do instead insert into app.item values (new.id, new.name);
alter table app.item enable always rule c;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.v as select id, name from app.item;
create rule a as on delete to app.item do instead nothing;
create rule c as on update to app.item do also notify x;
create rule b as on insert to app.v do instead insert into app.item values (new.id, upper(new.name)) returning id, name;
alter table app.item disable rule a;
