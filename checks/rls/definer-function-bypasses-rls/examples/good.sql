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

create function account_count() returns bigint language sql as $$ select count(*) from account $$;
create function all_accounts() returns bigint language sql security definer set search_path = public, pg_temp as $$ select count(*) from account $$;
revoke execute on function all_accounts from public;
create function greeting() returns text language sql security definer set search_path = public, pg_temp as $$ select 'hello, accountant' $$;
