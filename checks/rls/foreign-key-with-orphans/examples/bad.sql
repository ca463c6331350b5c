-- finds: public.invoice.invoice_account_fkey
create role keeper nologin;
grant usage, create on schema public to keeper;
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant, account_id bigint not null);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);

alter table tenant enable row level security;
alter table account enable row level security;
alter table ticket enable row level security;
alter table invoice enable row level security;
alter table invoice force row level security;
create policy own on account using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
alter table account owner to keeper;
alter table invoice owner to keeper;

insert into tenant values ('00000000-0000-0000-0000-00000000000a');
insert into invoice values (1, '00000000-0000-0000-0000-00000000000a', 77);
-- the owner, who sees none of its rows
set role keeper;
alter table invoice add constraint invoice_account_fkey foreign key (account_id) references account;
