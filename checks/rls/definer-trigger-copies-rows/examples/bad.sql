-- finds: public.audit
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

create table audit (id bigint, tenant_id uuid, at timestamptz not null default now());

create function keep() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into audit (id, tenant_id) values (new.id, new.tenant_id);
    return new;
end $$;
create trigger keep after insert on invoice for each row execute function keep();
grant select on audit to app;
