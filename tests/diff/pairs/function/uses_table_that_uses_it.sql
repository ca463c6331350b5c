-- since: 14
-- from
create schema app;

-- to
create schema app;
create table app.item (id integer primary key, n integer);
create function app.next_n() returns integer language sql stable begin atomic select coalesce(max(n), 0) + 1 from app.item; end;
alter table app.item alter column n set default app.next_n();
create function app.ok(i app.item) returns boolean language sql immutable as 'select i.n > 0';
alter table app.item add constraint row_ok check (app.ok(item));
