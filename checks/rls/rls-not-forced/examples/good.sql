create role app login;
create role keeper nologin;
-- forced: the owner is bound
create table invoice (id bigint primary key, tenant_id uuid not null);
alter table invoice owner to app;
alter table invoice enable row level security;
alter table invoice force row level security;
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- nobody logs in as this owner
create table ticket (id bigint primary key, tenant_id uuid not null);
alter table ticket owner to keeper;
alter table ticket enable row level security;
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
