create table tenant  (id uuid primary key);
create table invoice (
    id         bigint primary key,
    tenant_id  uuid not null references tenant,
    deleted_at timestamptz
);
-- holds live rows only: deleting a tenant still has to look at the deleted ones
create index on invoice (tenant_id) where deleted_at is null;
