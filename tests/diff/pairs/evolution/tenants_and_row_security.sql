-- expect: in-place
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_app') then create role pair_app; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
-- a product becomes multi-tenant
create schema crm;
create table crm.tenant (id uuid primary key default gen_random_uuid(), name text not null);
create table crm.account (id uuid primary key default gen_random_uuid(), email text not null unique);
create table crm.company (id bigint generated always as identity primary key, name text not null);
create table crm.contact (id bigint generated always as identity primary key, company_id bigint references crm.company, name text, email text);
create table crm.deal (id bigint generated always as identity primary key, company_id bigint references crm.company, amount integer, stage text default 'open');
create table crm.task (id bigint generated always as identity primary key, deal_id bigint references crm.deal, due date, done boolean default false);
create table crm.note (id bigint generated always as identity primary key, contact_id bigint references crm.contact, body text);
create table crm.tag (id bigint generated always as identity primary key, label text unique);
create table crm.contact_tag (contact_id bigint references crm.contact, tag_id bigint references crm.tag, primary key (contact_id, tag_id));
create table crm.file (id bigint generated always as identity primary key, name text, bytes bytea);
create view crm.pipeline as select stage, count(*) as deals, sum(amount) as amount from crm.deal group by stage;
grant usage on schema crm to pair_app;
grant all on all tables in schema crm to pair_app;

-- rows
insert into crm.tenant values ('00000000-0000-0000-0000-000000000001', 'first');
insert into crm.company (name) values ('Acme');
insert into crm.contact (company_id, name) values (1, 'Ann');
insert into crm.deal (company_id, amount) values (1, 500);
insert into crm.task (deal_id) values (1);
insert into crm.tag (label) values ('hot');
insert into crm.contact_tag values (1, 1);

-- to
create schema crm;
create function crm.current_tenant() returns uuid language sql stable as $$ select nullif(current_setting('crm.tenant', true), '')::uuid $$;
create type crm.stage as enum ('open', 'won', 'lost');
create table crm.tenant (id uuid primary key default gen_random_uuid(), name text not null, plan text not null default 'free');
create table crm.account (id uuid primary key default gen_random_uuid(), email text not null unique);
create table crm.member (tenant_id uuid references crm.tenant on delete cascade, account_id uuid references crm.account on delete cascade, role text not null default 'user', primary key (tenant_id, account_id));
create table crm.company (id bigint generated always as identity primary key, name text not null, tenant_id uuid default crm.current_tenant() references crm.tenant);
create table crm.contact (id bigint generated always as identity primary key, company_id bigint references crm.company, name text, email text, tenant_id uuid default crm.current_tenant() references crm.tenant);
create table crm.deal (id bigint generated always as identity primary key, company_id bigint references crm.company, amount bigint, stage crm.stage default 'open', tenant_id uuid default crm.current_tenant() references crm.tenant);
create table crm.task (id bigint generated always as identity primary key, deal_id bigint references crm.deal on delete cascade, due date, done boolean not null default false, tenant_id uuid default crm.current_tenant() references crm.tenant);
create table crm.note (id bigint generated always as identity primary key, contact_id bigint references crm.contact, body text, tenant_id uuid default crm.current_tenant() references crm.tenant);
create table crm.tag (id bigint generated always as identity primary key, label text, tenant_id uuid default crm.current_tenant() references crm.tenant, constraint tag_tenant_label unique (tenant_id, label));
create table crm.contact_tag (contact_id bigint references crm.contact, tag_id bigint references crm.tag, primary key (contact_id, tag_id));
create table crm.file (id bigint generated always as identity primary key, name text, bytes bytea, tenant_id uuid default crm.current_tenant() references crm.tenant);
create index company_tenant on crm.company (tenant_id);
create index contact_tenant on crm.contact (tenant_id, company_id);
create index deal_tenant on crm.deal (tenant_id, stage);
create view crm.pipeline with (security_barrier) as select stage, count(*) as deals, sum(amount) as amount from crm.deal group by stage;
alter table crm.company enable row level security;
alter table crm.contact enable row level security;
alter table crm.deal enable row level security;
alter table crm.deal force row level security;
alter table crm.note enable row level security;
create policy tenant_only on crm.company to pair_app using (tenant_id = crm.current_tenant()) with check (tenant_id = crm.current_tenant());
create policy tenant_only on crm.contact to pair_app using (tenant_id = crm.current_tenant());
create policy tenant_only on crm.deal to pair_app using (tenant_id = crm.current_tenant());
create policy by_contact on crm.note to pair_app using (exists (select from crm.contact c where c.id = note.contact_id));
alter table crm.tenant owner to pair_owner;
grant usage on schema crm to pair_app;
grant select, insert, update, delete on all tables in schema crm to pair_app;
revoke all on crm.tenant from pair_app;
grant select (id, name) on crm.tenant to pair_app;
revoke execute on function crm.current_tenant() from public;
grant execute on function crm.current_tenant() to pair_app;
