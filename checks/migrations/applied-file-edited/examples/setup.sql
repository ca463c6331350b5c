-- Prisma's book: the first file is applied, with the checksum that it had then
create table _prisma_migrations (
    id varchar(36) primary key,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
);
insert into _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) values (
    '6b7f6f5e-7f0a-4c39-8a56-2f9c5f1f9b11',
    'da026c30f7e1949239c1a00041efc12bd042167827ef54fe4e343f9f5755952f',
    now(), '20260901080000_customer', 1
);
create table customer (id bigint primary key, name text);
