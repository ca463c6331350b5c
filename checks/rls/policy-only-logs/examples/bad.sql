-- finds: public.invoice
create role app nologin;
create table invoice (id bigint primary key, tenant_id uuid not null);
create function would_refuse() returns bool language sql as 'select true';
alter table invoice enable row level security;
create policy tenant_audit on invoice to app
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid) or (select would_refuse()));
