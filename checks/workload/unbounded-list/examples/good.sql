create table invoice (id bigint primary key, customer bigint not null, created_at timestamptz not null default now());
create index on invoice (customer, created_at);
create index on invoice (created_at);
