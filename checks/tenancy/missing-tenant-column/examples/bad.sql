-- finds: public.allocation
-- finds: public.invoice_line
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table payment (id bigint primary key, "tenantId" uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
-- over its invoice
create table invoice_line (id bigint primary key, invoice_id bigint not null references invoice);
-- over a key that may be NULL: some rows may have no tenant
create table allocation (id bigint primary key, line_id bigint references invoice_line);
