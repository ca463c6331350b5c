-- from
create schema app; create table app.t (id int primary key, a text, b varchar(10), old text);
create index i on app.t (a);
create view app.v as select id, a from app.t;
create view app.w as select * from app.v;
-- to
create schema app; create table app.t (id bigint generated always as identity primary key, a text not null default 'x', b text, c int[]);
create index i on app.t (a, b) where b <> 'z';
create table app.u (id serial primary key, t bigint references app.t on delete cascade, n numeric check (n > 0));
create view app.v as select id, a, b from app.t;
create view app.w as select * from app.v;
alter table app.t enable row level security;
create policy p on app.t using (a = current_user);
comment on column app.t.a is 'hello';
grant select on app.t to public;
