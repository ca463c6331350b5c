create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table page    (id bigint primary key, tenant_id uuid not null references tenant, slug text not null, unique (tenant_id, slug));
-- one a tenant
create table logo    (id bigint primary key, tenant_id uuid not null unique references tenant);
