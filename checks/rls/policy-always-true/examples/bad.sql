-- finds: public.account.read_all
-- finds: public.country.change
-- finds: public.invoice.floor
-- finds: public.invoice.own
-- finds: public.line.members
-- finds: public.payment.by_staff
-- finds: public.ticket.own
create role app nologin;
create role staff nologin;
create table tenant  (id uuid primary key);
create table country (code text primary key);
create table member  (tenant_id uuid not null references tenant, name text not null);
create table account (id bigint primary key, tenant_id uuid not null references tenant, country text references country);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
create table payment (id bigint primary key, tenant_id uuid not null references tenant);
create table line    (id bigint primary key, invoice_id bigint not null references invoice);
grant select, insert, update, delete on country, account, invoice, ticket, payment, line to app, staff;
alter table tenant enable row level security;
alter table country enable row level security;
alter table member enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;
alter table payment enable row level security;
alter table line enable row level security;

create policy own on account to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy read_all on account for select to app using (true);
-- reading a look-up table is open to all, changing it must not be
create policy read on country for select using (true);
create policy change on country for update using (1 = 1);
-- the tenant's own rows are read, and written into any tenant
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (true);
-- a floor that holds nothing
create policy floor on invoice as restrictive for delete using (tenant_id = tenant_id);
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid) or true);
-- the floor is for another role
create policy by_staff on payment for select to staff using (true);
create policy own on payment as restrictive to app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- tenant_id is the member's own
create policy members on line using (exists (select from member m where m.tenant_id = tenant_id and m.name = current_user));
