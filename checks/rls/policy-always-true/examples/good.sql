create role app nologin;
create role team_a nologin in role app;
create table tenant  (id uuid primary key);
create table country (code text primary key);
create table member  (tenant_id uuid not null references tenant, name text not null);
create table account (id bigint primary key, tenant_id uuid not null references tenant, country text references country);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
grant select, insert, update, delete on country, member, account, invoice, ticket to app;
alter table tenant enable row level security;
alter table country enable row level security;
alter table member enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;

-- a look-up table is read by all
create policy read on country for select using (true);
-- open, under a floor for everybody
create policy any_row on account using (true);
create policy own on account as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- open to PUBLIC, but only app has privileges, and there is a floor for app
create policy any_row on invoice using (true);
create policy own on invoice as restrictive to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- open to a member of the role that has the floor
create policy any_row on ticket to team_a using (true);
create policy own on ticket as restrictive to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- tied to the row by its full name
create policy members on member using (exists (select from tenant t where t.id = member.tenant_id));
create policy floor on member as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
