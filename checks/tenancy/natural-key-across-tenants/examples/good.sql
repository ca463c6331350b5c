create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);

create table project (tenant_id uuid references tenant, slug text, primary key (tenant_id, slug));
create table upload  (id text primary key, tenant_id uuid not null references tenant);
