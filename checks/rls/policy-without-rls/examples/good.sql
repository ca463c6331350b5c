create table invoice (id bigint, tenant_id uuid not null) partition by list (tenant_id);
create table invoice_rest partition of invoice default;
alter table invoice enable row level security;
alter table invoice force row level security;
create policy own on invoice using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy no_deletes on invoice as restrictive for delete using (false);
