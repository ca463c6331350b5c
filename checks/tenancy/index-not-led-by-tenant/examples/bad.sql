-- finds: public.invoice
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create unique index on account (tenant_id, id);
create table invoice (id bigint primary key, state text not null, tenant_id uuid not null, account_id bigint,
    foreign key (tenant_id, account_id) references account (tenant_id, id));
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);

insert into tenant select gen_random_uuid() from generate_series(1, 100);
insert into invoice select row_number() over (), 'open', id from tenant, generate_series(1, 20);
create index on invoice (state);
