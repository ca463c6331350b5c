create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant, unique (tenant_id, id));
-- the one sets NULL, the other only looks
create table invoice_line (
    id         bigint primary key,
    tenant_id  uuid not null references tenant,
    invoice_id bigint references invoice on delete set null,
    foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
