-- finds: role web
-- finds: role maker
-- finds: role door
revoke create on schema public from public;

create role app nologin;
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
alter table tenant enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;

create policy own on account using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create role keeper nologin;
alter table account owner to keeper;
alter table account force row level security;
create role web login in role keeper;
grant select on invoice to web;
create role maker login createrole;
grant select on invoice to maker;
-- the login of an API: a remark
create role caller nologin;
grant select on invoice to caller;
create role service nologin bypassrls;
create role door login noinherit in role caller, service;
