set lock_timeout = '2s';
alter table orders add column noted_at timestamptz default now(), add column open boolean not null default true;
alter table orders add column token uuid, alter column token set default gen_random_uuid();
