-- finds: public.account.own
-- finds: public.invoice.own
-- finds: public.ticket.own
create schema auth;
create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create function auth.email() returns text language sql stable as $$ select auth.jwt() ->> 'email' $$;
create function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;

create role app nologin;
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
alter table tenant enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;

create policy own on account using (tenant_id = (select ((auth.jwt() -> 'user_metadata') ->> 'tenant')::uuid));
create policy own on invoice using (tenant_id is not null and (select auth.email()) = 'a@example.com');
create policy own on ticket using (id > 0 and (select auth.role()) = 'authenticated');
