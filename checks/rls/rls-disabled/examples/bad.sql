-- finds: public.invoice
-- finds: public.invoice_line
create role app nologin;
create table tenant  (id uuid primary key);
create table country (code text primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant, country text references country);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
-- no tenant column of its own, but each row has exactly one tenant
create table invoice_line (id bigint primary key, invoice_id bigint not null references invoice);
create table import_batch (id bigint primary key, tenant_id uuid not null);
grant select, insert on account, invoice, invoice_line, ticket to app;
grant select on country to app;

alter table tenant enable row level security;
alter table account enable row level security;
create policy own on account to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
alter table ticket enable row level security;
create policy own on ticket to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- invoice and invoice_line came later and were forgotten; import_batch is the owner's alone
