-- finds: public.invoice
-- finds: public.ticket
create role app login;
create role keeper nologin;
create role deployer login in role keeper;
create table invoice (id bigint primary key, tenant_id uuid not null);
alter table invoice owner to app;
-- a member of the owner passes as well
create table ticket (id bigint primary key, tenant_id uuid not null);
alter table ticket owner to keeper;

alter table invoice enable row level security;
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
alter table ticket enable row level security;
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
