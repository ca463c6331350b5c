create role app nologin;
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
alter table tenant enable row level security;
create policy own on tenant to app using (id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
alter table account enable row level security;
create policy own on account to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
alter table invoice enable row level security;
create policy own on invoice to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- the owner of this database is a superuser, whom nothing binds, and the application is not
