-- from
create schema app;
create table app.item (id integer primary key, name text);
create table app.log (id integer);
create rule a as on delete to app.item do instead nothing;
create rule b as on insert to app.item do also insert into app.log values (new.id);
create rule c as on update to app.item do also insert into app.log values (new.id);

-- to
create schema app;
create table app.item (id integer primary key, name text);
create table app.log (id integer);
create rule a as on delete to app.item where old.id > 5 do instead nothing;
create rule b as on insert to app.item do also (insert into app.log values (new.id); notify x, 'it''s');
comment on rule b on app.item is 'and tell';
