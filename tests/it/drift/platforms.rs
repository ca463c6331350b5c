//! Databases whose roles, privileges and platform schemas no file mentions: no drift.

use tempfile::tempdir;

use super::{assert_silent, connect_as, drift, found, write};
use crate::support::{connect, run, start};

const PROFILES: &str = "create table public.profiles (
    id uuid primary key references auth.users on delete cascade,
    username text unique,
    secret text default extensions.crypt('x', extensions.gen_salt('md5')),
    created_at timestamptz not null default now()
);
alter table public.profiles enable row level security;
create policy \"own profile\" on public.profiles for select to authenticated using ((select auth.uid()) = id);
create policy \"change own\" on public.profiles for update using (auth.uid() = id) with check (auth.role() = 'authenticated');
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.profiles (id) values (new.id);
    return new;
end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
create view public.names with (security_barrier) as select username from public.profiles;
";

const AVATARS: &str = "create type public.visibility as enum ('all', 'friends');
create table public.avatars (id bigint generated always as identity primary key, profile uuid references public.profiles,
    seen_by public.visibility not null default 'all');
create policy \"avatars are public\" on storage.objects for select using (bucket_id = 'avatars');
create policy \"own avatar\" on storage.objects for insert with check ((storage.foldername(name))[1] = (auth.uid())::text);
alter publication supabase_realtime add table public.profiles;
";

#[tokio::test(flavor = "multi_thread")]
async fn supabase() {
    let sandbox = start(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(connection, include_str!("supabase.sql")).await;
    let dir = tempdir().unwrap();
    for (version, name, sql) in [("20240101000000", "profiles", PROFILES), ("20240102000000", "avatars", AVATARS)] {
        write(dir.path(), &format!("supabase/migrations/{version}_{name}.sql"), sql);
        run(connection, sql).await;
        let note = format!("insert into supabase_migrations.schema_migrations (version, name) values ('{version}', '{name}')");
        run(connection, &note).await;
    }
    let url = sandbox.url("postgres");
    let folder = &["--desired", "supabase/migrations"];
    let report = assert_silent(dir.path(), &url, folder);
    assert_eq!(report["desired"]["layout"], "supabase");
    // the second time from the cache
    assert_eq!(assert_silent(dir.path(), &url, folder)["desired"]["cached"], true);
    // a folder that is not a Supabase project's any more is one of files
    assert_silent(dir.path(), &url, &["--desired", "supabase"]);

    // what the platform does to its own is its own business
    run(connection, "alter table auth.users add column phone text; create table realtime.messages (id int)").await;
    assert_silent(dir.path(), &url, folder);
    // what somebody does in the dashboard is drift
    run(connection, "drop policy \"change own\" on profiles; alter publication supabase_realtime add table public.avatars").await;
    let (report, code) = drift(dir.path(), &url, folder);
    assert_eq!((found(&report), code), (vec!["public.profiles.\"change own\"".to_owned(), "supabase_realtime".to_owned()], 2));
}

pub(super) const LEDGER: &str = "create table public._prisma_migrations (
    id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
    logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0);";

/// Notes a migration as Prisma does.
pub(super) fn applied(name: &str, sql: &str) -> String {
    format!(
        "insert into public._prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
         values ('{name}', encode(sha256(convert_to($sql${sql}$sql$, 'UTF8')), 'hex'), now(), '{name}', 1);"
    )
}

pub(super) const INIT: &str = "-- CreateTable
CREATE TABLE \"User\" (\"id\" TEXT NOT NULL, \"email\" VARCHAR(200) NOT NULL, CONSTRAINT \"User_pkey\" PRIMARY KEY (\"id\"));

-- CreateIndex
CREATE UNIQUE INDEX \"User_email_key\" ON \"User\"(\"email\");
";

pub(super) const POSTS: &str = "-- CreateEnum
CREATE TYPE \"State\" AS ENUM ('DRAFT', 'LIVE');

-- CreateTable
CREATE TABLE \"Post\" (\"id\" SERIAL NOT NULL, \"authorId\" TEXT, \"state\" \"State\" NOT NULL DEFAULT 'DRAFT', CONSTRAINT \"Post_pkey\" PRIMARY KEY (\"id\"));

-- AddForeignKey
ALTER TABLE \"Post\" ADD CONSTRAINT \"Post_authorId_fkey\" FOREIGN KEY (\"authorId\") REFERENCES \"User\"(\"id\") ON DELETE SET NULL ON UPDATE CASCADE;
";

#[tokio::test(flavor = "multi_thread")]
async fn prisma() {
    let sandbox = start(&[]).await;
    let admin = &mut connect(&sandbox).await;
    run(admin, "create role deployer login createdb; create role app_reader; create role dba").await;
    run(admin, "create database shop owner deployer").await;
    let own = &mut connect_as(&sandbox, "shop", "deployer").await;
    run(own, LEDGER).await;
    let dir = tempdir().unwrap();
    let migrations = dir.path().join("prisma/migrations");
    write(&migrations, "migration_lock.toml", "provider = \"postgresql\"\n");
    for (name, sql) in [("20240101000000_init", INIT), ("20240102000000_posts", POSTS)] {
        write(&migrations, &format!("{name}/migration.sql"), sql);
        run(own, sql).await;
        run(own, &applied(name, sql)).await;
    }
    write(&migrations, "20240103000000_pending/migration.sql", "ALTER TABLE \"Post\" ADD COLUMN \"title\" TEXT;\n");
    // a DBA who mentions it nowhere
    let dba = &mut connect_as(&sandbox, "shop", "postgres").await;
    run(dba, "grant select on all tables in schema public to app_reader; grant usage on schema public to app_reader").await;
    run(dba, "alter table public.\"Post\" owner to dba; grant select (email) on public.\"User\" to dba").await;
    run(dba, "alter default privileges for role deployer grant select on tables to app_reader").await;

    let folder = &["--desired", "prisma/migrations"];
    let report = assert_silent(dir.path(), &sandbox.url("shop"), folder);
    assert_eq!(report["desired"]["role"], "deployer", "the ledger's owner runs the files");
    assert_eq!(report["desired"]["pending"], serde_json::json!(["20240103000000_pending"]));
    assert_eq!(report["desired"]["last_applied"], "20240102000000_posts");
    assert!(report["summary"]["owners_not_compared"].as_u64() > Some(0), "{report:#}");
    assert!(report["summary"]["grants_not_compared"].as_u64() > Some(0), "{report:#}");
    // asked for all rights, it says them
    let (report, code) = drift(dir.path(), &sandbox.url("shop"), &["--desired", "prisma/migrations", "--grants"]);
    assert_eq!(code, 2, "{report:#}");
    assert!(found(&report).contains(&"public.\"Post\"".to_owned()), "{report:#}");
}
