-- forbid: DROP TABLE
-- forbid: DROP COLUMN qty
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create table app.item (
  id integer primary key,
  qty integer not null default 1,
  note text,
  constraint qty_positive check (qty > 0),
  twice text generated always as ((qty * 2)::text) stored
);
create index item_qty_idx on app.item (qty);
create index item_big_idx on app.item (id) where qty > 100;
create view app.v as select id, qty from app.item where qty > 5;
create view app.w as select sum(qty) as total from app.v;
create materialized view app.m as select qty, count(*) as n from app.item group by qty;
create unique index m_idx on app.m (qty);
create trigger t before update of qty on app.item for each row when (new.qty > 0) execute function app.touch();
create rule r as on delete to app.item where old.qty > 100 do instead nothing;
alter table app.item enable row level security;
create policy p on app.item using (qty > 0) with check (qty > 1);
create statistics app.item_stats on id, qty from app.item;
grant select on app.v to pair_reader;
grant update (qty) on app.item to pair_reader;
comment on view app.v is 'more than five';
comment on column app.v.qty is 'how many';
comment on column app.item.qty is 'pieces';
comment on constraint qty_positive on app.item is 'some';
alter view app.v alter column qty set default 7;

-- rows
insert into app.item values (1, 10, 'a'), (2, 200, 'b');

-- to
create schema app;
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create table app.item (
  id integer primary key,
  qty bigint not null default 1,
  note text,
  constraint qty_positive check (qty > 0),
  twice text generated always as ((qty * 2)::text) stored
);
create index item_qty_idx on app.item (qty);
create index item_big_idx on app.item (id) where qty > 100;
create view app.v as select id, qty from app.item where qty > 5;
create view app.w as select sum(qty) as total from app.v;
create materialized view app.m as select qty, count(*) as n from app.item group by qty;
create unique index m_idx on app.m (qty);
create trigger t before update of qty on app.item for each row when (new.qty > 0) execute function app.touch();
create rule r as on delete to app.item where old.qty > 100 do instead nothing;
alter table app.item enable row level security;
create policy p on app.item using (qty > 0) with check (qty > 1);
create statistics app.item_stats on id, qty from app.item;
grant select on app.v to pair_reader;
grant update (qty) on app.item to pair_reader;
comment on view app.v is 'more than five';
comment on column app.v.qty is 'how many';
comment on column app.item.qty is 'pieces';
comment on constraint qty_positive on app.item is 'some';
alter view app.v alter column qty set default 7;
