-- expect: data-loss
-- from
-- same name, nothing else in common
create schema app;
create table app.item (code text primary key, at timestamptz not null);

-- rows
insert into app.item values ('x', '2024-01-01 00:00+00');

-- to
create schema app;
create table app.item (id bigint generated always as identity primary key, body jsonb) with (fillfactor = 50);
