-- finds: public.invoice_line
-- finds: public.note
-- finds: public.template
create table tenant  (id uuid primary key default gen_random_uuid());
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant, unique (tenant_id, id));
-- its invoice says whose it is
create table invoice_line (
    id         bigint primary key,
    tenant_id  uuid,
    invoice_id bigint not null references invoice,
    foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
-- every row has one
create table note (id bigint primary key, tenant_id uuid references tenant);
-- some rows have none, and only a person knows why
create table template (id bigint primary key, tenant_id uuid references tenant);
insert into tenant select from generate_series(1, 2);
insert into invoice select 1, min(id::text)::uuid from tenant;
insert into invoice_line values (1, null, 1);
insert into note select 1, min(id::text)::uuid from tenant;
insert into template select 1, min(id::text)::uuid from tenant union all select 2, null;
