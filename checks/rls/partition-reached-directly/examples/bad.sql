-- finds: public.event_2030
create role app nologin;
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table invoice (id bigint primary key, tenant_id uuid not null references tenant);
create table ticket  (id bigint primary key, tenant_id uuid not null references tenant);
alter table tenant enable row level security;
alter table account enable row level security;
alter table invoice enable row level security;
alter table ticket enable row level security;

create policy own on account using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy own on ticket using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));

create table event (id bigint, tenant_id uuid not null references tenant, at date not null) partition by range (at);
create table event_2030 partition of event for values from ('2030-01-01') to ('2031-01-01');
alter table event enable row level security;
create policy own on event using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert on event, event_2030 to app;
