-- finds: public.invoice_line.invoice_line_invoice_id_fkey
-- finds: public.invoice.invoice_corrects_fkey
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (
    id        bigint primary key,
    tenant_id uuid not null references tenant,
    corrects  bigint references invoice on delete set null
);
create table invoice_line (id bigint primary key, tenant_id uuid not null references tenant, invoice_id bigint not null references invoice);
