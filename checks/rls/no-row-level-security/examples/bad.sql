-- finds: database
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
create table contact (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
