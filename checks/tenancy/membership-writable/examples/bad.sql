-- finds: public.tenant
-- finds: public.member.join_in
create role app nologin;
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
alter table tenant enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;
create table member (tenant_id uuid not null references tenant, person text not null, primary key (tenant_id, person));

alter table tenant enable row level security;
alter table member enable row level security;
grant select, insert on member to app;
grant select, update on tenant to app;
create policy own on tenant using (id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy join_in on member for insert with check (person = (select current_setting('app.person', true)));
create policy own on account using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
