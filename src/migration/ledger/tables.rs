//! The tables in which tools keep book.

use crate::migration::Layout;

/// How to know a tool's ledger, and how to read it.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// Columns it must have.
    columns: &'static [&'static str],
    /// Columns it must not have: two tools use one name.
    without: &'static [&'static str],
    /// The only schema it can be in.
    schema: Option<&'static str>,
    /// Rows with `id`, `done`, `undone`, `kind` and perhaps `checksum`, in order; `{table}` is filled in.
    pub(super) sql: &'static str,
}

/// The schema of our own ledger.
pub const OWN_SCHEMA: &str = "dbharden";

/// The ledger of a layout, where it has one.
pub(super) fn of(layout: Layout) -> Option<Table> {
    let table = match layout {
        // src/apply/sql/ledger.sql: the last run of a migration counts; one that undid it makes it pending again
        Layout::Dbharden => Table {
            name: "run",
            columns: &["migration", "direction", "hash", "ended_at"],
            without: &[],
            schema: Some(OWN_SCHEMA),
            sql: "SELECT migration AS id, direction = 'up' AND ended_at IS NOT NULL AS done, \
                         direction = 'down' AND ended_at IS NOT NULL AS undone, '' AS kind, hash AS checksum \
                  FROM {table} r ORDER BY r.id",
        },
        // prisma/prisma-engines, sql-schema-connector/src/flavour/postgres
        Layout::Prisma => Table {
            name: "_prisma_migrations",
            columns: &["migration_name", "checksum", "finished_at", "rolled_back_at", "started_at"],
            without: &[],
            schema: None,
            sql: "SELECT migration_name AS id, finished_at IS NOT NULL AS done, rolled_back_at IS NOT NULL AS undone, '' AS kind, checksum \
                  FROM {table} ORDER BY started_at, id",
        },
        // launchbadge/sqlx, sqlx-postgres/src/migrate.rs
        Layout::Sqlx => Table {
            name: "_sqlx_migrations",
            columns: &["version", "success", "checksum"],
            without: &[],
            schema: None,
            sql: "SELECT version::text AS id, success AS done, false AS undone, '' AS kind, encode(checksum, 'hex') AS checksum FROM {table} t ORDER BY t.version",
        },
        // flyway/flyway, PostgreSQLDatabase.java
        Layout::Flyway => Table {
            name: "flyway_schema_history",
            columns: &["installed_rank", "version", "description", "type", "checksum", "success"],
            without: &[],
            schema: None,
            sql: "SELECT coalesce(version, 'R__' || description) AS id, success AS done, false AS undone, type AS kind, checksum::text \
                  FROM {table} ORDER BY installed_rank",
        },
        // amacneil/dbmate, pkg/driver/postgres
        Layout::Dbmate => Table {
            name: "schema_migrations",
            columns: &["version"],
            without: &["dirty"],
            schema: None,
            sql: "SELECT version::text AS id, true AS done, false AS undone, '' AS kind FROM {table} t ORDER BY t.version",
        },
        // pressly/goose, database/dialect/postgres.go: the latest row of a version counts; version 0 is the table's own
        Layout::Goose => Table {
            name: "goose_db_version",
            columns: &["id", "version_id", "is_applied"],
            without: &[],
            schema: None,
            sql: "SELECT DISTINCT ON (version_id) version_id::text AS id, is_applied AS done, NOT is_applied AS undone, '' AS kind \
                  FROM {table} t WHERE version_id > 0 ORDER BY version_id, t.id DESC",
        },
        // golang-migrate/migrate, database/postgres/postgres.go: one row, the last version
        Layout::GolangMigrate => Table {
            name: "schema_migrations",
            columns: &["version", "dirty"],
            without: &[],
            schema: None,
            sql: "SELECT version::text AS id, NOT dirty AS done, false AS undone, 'BASELINE' AS kind FROM {table}",
        },
        // supabase/cli, pkg/migration/history.go
        Layout::Supabase => Table {
            name: "schema_migrations",
            columns: &["version"],
            without: &[],
            schema: Some("supabase_migrations"),
            sql: "SELECT version AS id, true AS done, false AS undone, '' AS kind FROM {table} t ORDER BY t.version",
        },
        // sqitchers/sqitch, lib/App/Sqitch/Engine/pg.sql: a change may be reworked, and stands there again
        Layout::Sqitch => Table {
            name: "changes",
            columns: &["change_id", "script_hash", "change", "project", "committed_at", "planner_email"],
            without: &[],
            schema: None,
            sql: "SELECT project || ':' || change || CASE WHEN n > 1 THEN '#' || n ELSE '' END AS id, true AS done, false AS undone, \
                         '' AS kind, script_hash AS checksum \
                  FROM (SELECT *, row_number() OVER (PARTITION BY project, change ORDER BY committed_at, change_id) AS n FROM {table}) t \
                  ORDER BY t.committed_at",
        },
    };
    Some(table)
}

/// Schemas of platforms whose services keep a `schema_migrations` of their own.
const PLATFORM: &[&str] = &["auth", "realtime", "_realtime", "storage", "supabase_functions", "supabase_migrations"];

impl Table {
    /// Whether a table with these columns is this tool's.
    pub(super) fn is(&self, schema: &str, columns: &[String]) -> bool {
        let has = |wanted: &&str| columns.iter().any(|c| c == wanted);
        let place = match self.schema {
            Some(only) => schema == only,
            None => !PLATFORM.contains(&schema),
        };
        place && self.columns.iter().all(&has) && !self.without.iter().any(&has)
    }
}

/// Names of all tables in which tools keep book, in whatever schema: they, their indexes and sequences are nobody's drift.
pub fn ledger_tables() -> &'static [&'static str] {
    &["_prisma_migrations", "_sqlx_migrations", "flyway_schema_history", "schema_migrations", "goose_db_version"]
}

/// Schemas that hold nothing but a tool's book.
pub fn ledger_schemas() -> &'static [&'static str] {
    &["supabase_migrations", "sqitch", OWN_SCHEMA]
}

/// Whether a relation is the ledger of this layout's tool.
pub fn is_ledger(layout: Layout, relation: &crate::snapshot::Relation) -> bool {
    let columns: Vec<String> = relation.columns.iter().map(|c| c.name.raw().to_owned()).collect();
    of(layout).is_some_and(|t| relation.name.name.raw() == t.name && t.is(relation.name.schema.raw(), &columns))
}
