-- finds: public.page.page_slug_key
-- finds: public.login.login_email_key
create table tenant  (id uuid primary key);
create table account (id bigint primary key, tenant_id uuid not null references tenant);
create table page    (id bigint primary key, tenant_id uuid not null references tenant, slug text not null unique);
create table login   (id bigint primary key, tenant_id uuid not null references tenant, email text not null unique);
