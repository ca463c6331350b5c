create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table page    (id bigint primary key, tenant_id uuid not null references tenant, slug text not null, unique (tenant_id, slug));
-- one a tenant
create table logo    (id bigint primary key, tenant_id uuid not null unique references tenant);
-- one a day and account, whose key is one tenant's
create table visit   (id bigint primary key, tenant_id uuid not null references tenant, account_id bigint not null, day date not null, unique (account_id, day));
