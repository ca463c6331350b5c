create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);

create unique index on account (tenant_id, id);
create table event (id bigint primary key, tenant_id uuid not null, account_id bigint not null, foreign key (tenant_id, account_id) references account (tenant_id, id));
