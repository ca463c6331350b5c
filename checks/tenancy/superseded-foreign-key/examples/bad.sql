-- finds: public.invoice_line.invoice_line_invoice_id_fkey
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant, unique (tenant_id, id));
create table invoice_line (
    id         bigint primary key,
    tenant_id  uuid not null references tenant,
    invoice_id bigint not null references invoice on delete cascade,
    foreign key (tenant_id, invoice_id) references invoice (tenant_id, id) on delete cascade
);
