-- finds: public.rate_limit_log
create role app nologin;
create role limiter nologin bypassrls;
create table tenant  (id uuid primary key);
create table invoice (id bigserial primary key, tenant_id uuid not null references tenant);
create table rate_limit_log (id bigserial primary key, key text not null, at timestamptz not null default now());
alter table tenant enable row level security;
alter table invoice enable row level security;
create policy own on tenant for select to app using (id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on invoice to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select on tenant to app;
grant select, insert, update, delete on invoice to app;
grant select, insert on rate_limit_log to limiter;
grant select on rate_limit_log to app;
