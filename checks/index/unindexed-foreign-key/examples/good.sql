create table tenant  (id uuid, region int, primary key (id, region));
create table invoice (
    id            bigint primary key,
    tenant_id     uuid,
    tenant_region int,
    credit_of     bigint references invoice,
    foreign key (tenant_id, tenant_region) references tenant
);
-- the key's columns in another order serve as well, and rows without a parent need not be in the index
create index on invoice (tenant_region, tenant_id, id);
create index on invoice (credit_of) where credit_of is not null;
