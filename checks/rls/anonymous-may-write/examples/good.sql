create role anon nologin;
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
alter table tenant enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;

grant select on account to anon;
grant insert on invoice to anon;
create policy own on account using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy sign_up on invoice for insert to anon with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on ticket for delete using (id < 100);
