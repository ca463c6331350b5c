-- finds: public.account.own
-- finds: public.invoice.own
-- finds: public.ticket.own
create role app nologin;
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
alter table tenant enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;

create function tenant_of_session() returns uuid language sql stable as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;
create policy own on account using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
create policy own on invoice using (tenant_id = tenant_of_session()) with check (tenant_id = tenant_of_session());
create function may_see(tenant uuid) returns boolean language sql stable as $$ select tenant = nullif(current_setting('app.tenant_id', true), '')::uuid $$;
create policy own on ticket using (may_see(tenant_id));
