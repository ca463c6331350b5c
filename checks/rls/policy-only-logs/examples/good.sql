create role app nologin;
create table invoice (id bigint primary key, tenant_id uuid not null);
alter table invoice enable row level security;
create policy own on invoice to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
