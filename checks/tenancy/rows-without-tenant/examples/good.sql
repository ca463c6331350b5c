create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
insert into tenant values ('00000000-0000-0000-0000-00000000000a');
insert into account values (1, '00000000-0000-0000-0000-00000000000a');
