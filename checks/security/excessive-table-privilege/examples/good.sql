revoke create on schema public from public;

create role app nologin;
create table tenant  (id uuid primary key);
create table account (id bigserial primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
alter table tenant enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;

create policy own on account using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, update, delete on account, invoice, ticket to app;
grant usage on sequence account_id_seq to app;
