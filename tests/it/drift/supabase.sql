-- A database as Supabase hands it out: its roles, schemas, default privileges, publication and event trigger.
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role supabase_admin superuser;
create role supabase_auth_admin nologin;
create role supabase_storage_admin nologin;

grant usage on schema public to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on tables to postgres, anon, authenticated, service_role;

create schema extensions;
grant usage on schema extensions to public;
create extension pgcrypto schema extensions;
create function extensions.set_access() returns event_trigger language plpgsql as $$ begin null; end $$;
alter function extensions.set_access() owner to supabase_admin;

create schema auth authorization supabase_auth_admin;
grant usage on schema auth to anon, authenticated, service_role, postgres;
create type auth.factor_type as enum ('totp', 'webauthn');
create table auth.users (
    id uuid primary key,
    email varchar(255),
    encrypted_password varchar(255),
    factor auth.factor_type,
    raw_user_meta_data jsonb,
    created_at timestamptz
);
create unique index users_email_partial_key on auth.users (email) where email is not null;
create table auth.sessions (id uuid primary key, user_id uuid not null references auth.users on delete cascade, aal text);
alter table auth.users owner to supabase_auth_admin;
alter table auth.sessions owner to supabase_auth_admin;
alter table auth.users enable row level security;
grant all on auth.users to postgres;
create function auth.uid() returns uuid language sql stable as
    $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
create function auth.role() returns text language sql stable as $$ select current_setting('request.jwt.claim.role', true)::text $$;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;

create schema storage authorization supabase_admin;
grant usage on schema storage to postgres, anon, authenticated, service_role;
create table storage.buckets (id text primary key, name text not null, owner uuid);
create table storage.objects (
    id uuid primary key default gen_random_uuid(),
    bucket_id text references storage.buckets,
    name text,
    owner uuid,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored
);
alter table storage.objects enable row level security;
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
create function storage.foldername(name text) returns text[] language sql immutable as $$ select string_to_array(name, '/') $$;

create schema realtime authorization supabase_admin;
create table realtime.subscription (id bigint generated always as identity primary key, entity regclass not null);
alter table realtime.subscription owner to supabase_admin;
create publication supabase_realtime;

create event trigger issue_pg_cron_access on ddl_command_end execute function extensions.set_access();
alter event trigger issue_pg_cron_access owner to supabase_admin;

create schema supabase_migrations;
create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
