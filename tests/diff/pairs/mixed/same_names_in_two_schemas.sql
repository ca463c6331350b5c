-- expect: in-place
-- from
create schema a;
create schema b;
create type a.kind as enum ('x');
create type b.kind as enum ('x');
create table a.item (id integer primary key, kind a.kind, kind_b b.kind);
create table b.item (id integer primary key, kind b.kind, a_id integer references a.item);
create function a.f(a.kind) returns text language sql as $$ select 'a' $$;
create function b.f(b.kind) returns text language sql as $$ select 'b' $$;

-- rows
insert into a.item values (1, 'x', 'x');
insert into b.item values (1, 'x', 1);

-- to
create schema a;
create schema b;
create type a.kind as enum ('x', 'y');
create type b.kind as enum ('w', 'x');
create table a.item (id integer primary key, kind a.kind default 'x', kind_b b.kind);
create table b.item (id integer primary key, kind b.kind, a_id integer references a.item, f text);
create function a.f(a.kind) returns text language sql as $$ select 'aa' $$;
create function b.f(b.kind) returns text language sql as $$ select 'bb' $$;
create view b.v as select i.id, a.f(i.kind) as fa, b.f(i.kind_b) as fb from a.item i;
