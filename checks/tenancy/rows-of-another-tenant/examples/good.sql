create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant, unique (tenant_id, id));
create table invoice (
    id         bigint primary key,
    tenant_id  uuid not null references tenant,
    account_id bigint not null,
    foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
insert into tenant values ('00000000-0000-0000-0000-00000000000a'), ('00000000-0000-0000-0000-00000000000b');
insert into account values (1, '00000000-0000-0000-0000-00000000000a'), (2, '00000000-0000-0000-0000-00000000000b');
insert into invoice values (1, '00000000-0000-0000-0000-00000000000a', 1), (2, '00000000-0000-0000-0000-00000000000b', 2);
