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

grant select, insert on account to app;
grant select on member to app;
alter table member enable row level security;
create policy own on member for select using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on account using (tenant_id in (select m.tenant_id from member m where m.person = (select current_setting('app.person', true))));
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
