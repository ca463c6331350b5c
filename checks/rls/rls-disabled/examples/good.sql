create role app nologin;
create table tenant  (id uuid primary key);
create table country (code text primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant, country text references country);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
create table import_batch (id bigint primary key, tenant_id uuid not null);
grant select, insert on account, invoice, ticket to app;
grant select on country to app;

alter table tenant enable row level security;
alter table account enable row level security;
create policy own on account to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
alter table ticket enable row level security;
create policy own on ticket to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
alter table invoice enable row level security;
create policy own on invoice to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
