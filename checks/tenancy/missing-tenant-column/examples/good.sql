create table tenant   (id uuid primary key);
create table currency (code text primary key);
create table account  (id bigint primary key, tenant_id uuid not null references tenant, currency text references currency);
create table payment  (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice  (id bigint primary key, tenant_id uuid not null references tenant, unique (tenant_id, id));
create table invoice_line (
    id         bigint primary key,
    tenant_id  uuid not null,
    invoice_id bigint not null,
    foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
-- rows for everybody
create table exchange_rate (code text not null references currency, day date not null, primary key (code, day));
create table schema_migrations (version text primary key);
