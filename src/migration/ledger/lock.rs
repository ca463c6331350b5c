//! Is a deployment running? The tools that guard themselves do so by an advisory lock; we look who holds it and take none.

use serde::Deserialize;

use super::tables;
use crate::connect::{Bind, Kind, Session};
use crate::error::Result;
use crate::ident::one_line;
use crate::migration::Layout;
use crate::migration::layout::crc32;

/// The advisory lock that `dbharden apply` holds while it works: its name, as a number.
pub const OWN_LOCK: i64 = i64::from_be_bytes(*b"dbharden");

/// The session that holds a tool's lock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Holder {
    /// Process id of its server process.
    pub pid: i32,
    /// What it calls itself; empty where it does not.
    pub application_name: String,
    /// The role it logged in as.
    pub role: String,
    /// Since when its transaction, or the session, has been there, where our role may see that.
    pub since: Option<String>,
}

impl Holder {
    /// `process 4711 (dbharden apply) as deploy since 2026-11-25 02:40:11+00`
    pub fn sentence(&self) -> String {
        let name = if self.application_name.is_empty() { "no name".to_owned() } else { one_line(&self.application_name) };
        let since = self.since.as_ref().map(|s| format!(" since {s}")).unwrap_or_default();
        format!("process {} ({name}) as {}{since}", self.pid, one_line(&self.role))
    }
}

/// Whether a deployment of this tool is running now, and who runs it. dbmate and Supabase take no lock: nobody can tell.
///
/// # Errors
/// The catalogs could not be read.
pub async fn deploy_in_progress(session: &mut Session, layout: Layout) -> Result<Option<Holder>> {
    let mut tx = session.transaction(Kind::Now).await?;
    #[derive(Deserialize)]
    struct Database {
        name: String,
    }
    let database: Database = tx.fetch_one_json("SELECT current_database() AS name", &[]).await?;
    let mut schemas = Vec::new();
    if let Some(table) = tables::of(layout) {
        schemas = super::find(&mut tx, &table).await?.into_iter().map(|f| f.schema).collect();
    }
    if schemas.is_empty() {
        schemas.push("public".to_owned());
    }
    let ids: Vec<String> = schemas.iter().flat_map(|s| ids(layout, &database.name, s)).map(|id| id.to_string()).collect();
    let holder = match ids.is_empty() {
        true => None,
        false => {
            let mut holders: Vec<Holder> = tx.fetch_json(include_str!("sql/holder.sql"), &[Bind::TextArray(ids)]).await?;
            (!holders.is_empty()).then(|| holders.remove(0))
        }
    };
    tx.commit().await?;
    Ok(holder)
}

/// The numbers of the lock a tool may take.
fn ids(layout: Layout, database: &str, schema: &str) -> Vec<i64> {
    match layout {
        Layout::Dbmate | Layout::Supabase => Vec::new(),
        Layout::Dbharden => vec![OWN_LOCK],
        // prisma/prisma-engines, sql-schema-connector/src/flavour/postgres: SELECT pg_advisory_lock(72707369)
        Layout::Prisma => vec![72_707_369],
        // launchbadge/sqlx, sqlx-postgres/src/migrate.rs, generate_lock_id
        Layout::Sqlx => vec![0x3d32_ad9e * i64::from(crc32(database.as_bytes()))],
        // pressly/goose, lock/postgres.go: DefaultLockID today, and that of versions since 3.16
        Layout::Goose => vec![4_097_083_626, 5_887_940_537_704_921_958],
        Layout::GolangMigrate => golang_migrate(database, schema),
        // sqitchers/sqitch, lib/App/Sqitch/Engine/pg.pm, wait_lock
        Layout::Sqitch => vec![75_474_063],
        // flyway/flyway, PostgreSQLAdvisoryLockTemplate.java: "Flyway" as a number, plus the hash of the quoted name
        Layout::Flyway => vec![0x466c_7977_6179 + i64::from(java_hash(&format!("\"{schema}\".\"flyway_schema_history\"")))],
    }
}

/// golang-migrate/migrate, database/util.go, `GenerateAdvisoryLockId`: schema, table and database joined by NUL, in an older version
/// the database first. A database that was named by a URL has the slash before its name.
fn golang_migrate(database: &str, schema: &str) -> Vec<i64> {
    let mut ids = Vec::new();
    for database in [format!("/{database}"), database.to_owned()] {
        for parts in [[schema, "schema_migrations", &database], [&database, schema, "schema_migrations"]] {
            ids.push(i64::from(crc32(parts.join("\0").as_bytes()).wrapping_mul(1_486_364_155)));
        }
    }
    ids
}

/// Java's `String.hashCode`.
fn java_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_hashes() {
        assert_eq!(java_hash("hello"), 99_162_322);
        assert_eq!(java_hash("\"public\".\"flyway_schema_history\""), java_hash("\"public\".\"flyway_schema_history\""));
        // 0x46 'F', 0x6c 'l', 0x79 'y', 0x77 'w', 0x61 'a', 0x79 'y'
        assert_eq!(0x466c_7977_6179_i64, i64::from_be_bytes(*b"\0\0Flyway"));
    }
}
