create table tenant (id uuid primary key);
create table bad (id bigint primary key, tenant_id uuid not null references tenant);
create table "bad | `name` <b> @x
drop table tenant; --" (id bigint primary key);
create table good (id bigint primary key);
