//! What this role may see, and the GRANT that would show more.

use serde::{Deserialize, Serialize};

use crate::ident::Ident;

/// How much of the planner's knowledge is open to us. Activity and workload hang on `pg_monitor` besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// CONNECT and nothing else: definitions of objects, which everybody sees.
    L0,
    /// `pg_monitor`: activity, workload, settings. No column statistics, no EXPLAIN, no sequence positions.
    L1,
    /// `pg_statistic` itself, without a row of the user readable. Recommended. Superusers are here too.
    L2,
    /// SELECT on tables: `pg_stats` for those, EXPLAIN on those.
    L3,
}

/// Where column statistics come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatisticsAccess {
    /// `pg_statistic`: all tables, also those under row security.
    Catalog,
    /// `pg_stats`: tables the role may read and whose row security does not bind it. Extended ones of owned tables only.
    Views,
    /// Nowhere: what hangs on them is assumed, and said to be.
    None,
}

/// What of `pg_stat_statements` is readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkloadAccess {
    /// Every role's statements.
    Full,
    /// Own statements; of others the figures without the text.
    OwnText,
    /// The view exists, but the role may not read it.
    Denied,
    /// The library is loaded, the extension not created in this database.
    NotCreated,
    /// `shared_preload_libraries` does not name it.
    NotLoaded,
}

/// Where the server runs, as far as its roles tell: it decides which GRANTs are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// A superuser is to be had.
    SelfHosted,
    /// Amazon RDS and Aurora.
    Rds,
    /// Google Cloud SQL and AlloyDB.
    CloudSql,
    /// Azure Database for PostgreSQL.
    Azure,
    /// Supabase.
    Supabase,
    /// Neon.
    Neon,
}

/// Counts of tables (also partitioned ones and materialized views) and sequences outside system schemas and extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ObjectRights {
    /// All tables.
    pub tables: u32,
    /// SELECT on the table and USAGE on its schema: EXPLAIN works.
    pub readable: u32,
    /// `pg_stats` shows the table.
    pub with_statistics: u32,
    /// Owned by this role or one it inherits from.
    pub owned: u32,
    /// All sequences.
    pub sequences: u32,
    /// Sequences whose position is visible.
    pub sequences_readable: u32,
}

/// Something that more rights would give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// What it would add to the report: a clause.
    pub gives: String,
    /// The statements, names quoted.
    pub sql: String,
    /// Which role can run them here.
    pub run_as: String,
}

/// The rights of one session's role. Stored in snapshots, so that a reader knows why something is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// `current_user`.
    pub role: String,
    /// A real superuser.
    pub superuser: bool,
    /// The most that the platform gives to its customers (`rds_superuser` and the like): no superuser, though often taken for one.
    pub platform_admin: bool,
    /// Row security does not bind it.
    pub bypass_rls: bool,
    /// Where the server runs.
    pub platform: Platform,
    /// The level, by what is readable of statistics.
    pub level: Level,
    /// Inherits `pg_monitor`.
    pub pg_monitor: bool,
    /// Others' activity and statements are visible (`pg_read_all_stats`, part of `pg_monitor`).
    pub read_all_stats: bool,
    /// Every setting is visible (`pg_read_all_settings`, part of `pg_monitor`).
    pub read_all_settings: bool,
    /// Source of column statistics.
    pub statistics: StatisticsAccess,
    /// `pg_statistic_ext_data` is readable.
    pub extended_statistics: bool,
    /// EXPLAIN works on every table.
    pub can_explain: bool,
    /// The position of every sequence is visible. Else a NULL `last_value` means unknown, not unused.
    pub can_read_sequences: bool,
    /// The counts behind the two above.
    pub objects: ObjectRights,
    /// Access to `pg_stat_statements`.
    pub workload: WorkloadAccess,
    /// The schema of its view, where it exists.
    pub workload_schema: Option<Ident>,
    /// The extension's version: the view's columns hang on it.
    pub workload_version: Option<String>,
    /// What would show more, most useful first.
    pub grants_for_more: Vec<Advice>,
}

/// The row of `sql/rights.sql`.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Row {
    role: String,
    superuser: bool,
    bypass_rls: bool,
    held: Vec<String>,
    platform_roles: Vec<String>,
    statistic: bool,
    statistic_ext: bool,
    #[serde(flatten)]
    objects: ObjectRights,
    /// Schemas with tables that are not readable, or not to be entered.
    closed_schemas: Vec<Ident>,
    /// Schemas with sequences that are not readable.
    closed_sequences: Vec<Ident>,
    workload_schema: Option<Ident>,
    workload_version: Option<String>,
    workload_readable: bool,
    workload_loaded: bool,
}

impl Rights {
    pub(super) fn from_row(row: Row) -> Rights {
        let held = |role: &str| row.superuser || row.held.iter().any(|held| held == role);
        let platform = platform(&row.platform_roles);
        let pg_monitor = held("pg_monitor");
        let read_all_stats = held("pg_read_all_stats");
        let statistics = match (row.statistic, row.objects.with_statistics) {
            (true, _) => StatisticsAccess::Catalog,
            (false, 1..) => StatisticsAccess::Views,
            (false, 0) => StatisticsAccess::None,
        };
        let level = match statistics {
            StatisticsAccess::Catalog => Level::L2,
            StatisticsAccess::Views => Level::L3,
            StatisticsAccess::None if pg_monitor || read_all_stats => Level::L1,
            StatisticsAccess::None => Level::L0,
        };
        let workload = match (&row.workload_schema, row.workload_loaded, row.workload_readable) {
            (_, false, _) => WorkloadAccess::NotLoaded,
            (None, true, _) => WorkloadAccess::NotCreated,
            (Some(_), true, false) => WorkloadAccess::Denied,
            (Some(_), true, true) if read_all_stats => WorkloadAccess::Full,
            (Some(_), true, true) => WorkloadAccess::OwnText,
        };
        let admin = !row.superuser
            && (row.held.iter().any(|held| row.platform_roles.contains(held))
                || (platform == Platform::Supabase && row.role == "postgres"));
        let mut rights = Rights {
            superuser: row.superuser,
            platform_admin: admin,
            bypass_rls: row.superuser || row.bypass_rls,
            platform,
            level,
            pg_monitor,
            read_all_stats,
            read_all_settings: held("pg_read_all_settings"),
            statistics,
            extended_statistics: row.statistic_ext,
            can_explain: row.superuser || row.objects.readable == row.objects.tables,
            can_read_sequences: row.superuser || row.objects.sequences_readable == row.objects.sequences,
            objects: row.objects,
            workload,
            workload_schema: row.workload_schema,
            workload_version: row.workload_version,
            grants_for_more: Vec::new(),
            role: row.role,
        };
        rights.grants_for_more = super::advice::advise(&rights, &row.closed_schemas, &row.closed_sequences);
        rights
    }
}

fn platform(roles: &[String]) -> Platform {
    let has = |name: &str| roles.iter().any(|role| role == name);
    if has("rds_superuser") {
        Platform::Rds
    } else if has("cloudsqlsuperuser") || has("alloydbsuperuser") {
        Platform::CloudSql
    } else if has("azure_pg_admin") {
        Platform::Azure
    } else if has("supabase_admin") {
        Platform::Supabase
    } else if has("neon_superuser") {
        Platform::Neon
    } else {
        Platform::SelfHosted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let objects = ObjectRights { tables: 3, ..ObjectRights::default() };
        Row { role: "My \"role".into(), objects, closed_schemas: vec!["App".into(), "public".into()], ..Row::default() }
    }

    fn all_sql(rights: &Rights) -> String {
        rights.grants_for_more.iter().map(|a| a.sql.as_str()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn levels_by_what_is_readable() {
        let level = |row: Row| Rights::from_row(row).level;
        assert_eq!(level(row()), Level::L0);
        assert_eq!(level(Row { held: vec!["pg_monitor".into(), "pg_read_all_stats".into()], ..row() }), Level::L1);
        assert_eq!(level(Row { statistic: true, ..row() }), Level::L2);
        assert_eq!(level(Row { objects: ObjectRights { tables: 3, with_statistics: 1, ..row().objects }, ..row() }), Level::L3);
        assert_eq!(level(Row { superuser: true, statistic: true, statistic_ext: true, ..row() }), Level::L2);
    }

    #[test]
    fn grants_quote_names_and_never_ask_for_all_data() {
        let sql = all_sql(&Rights::from_row(row()));
        assert!(sql.contains("GRANT pg_monitor TO \"My \"\"role\";"), "{sql}");
        assert!(
            sql.contains("GRANT SELECT ON pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data TO \"My \"\"role\";"),
            "{sql}"
        );
        assert!(!sql.contains("pg_read_all_data") && !sql.contains("ALL TABLES"), "{sql}");
    }

    #[test]
    fn managed_servers_get_grants_they_permit() {
        let rights = Rights::from_row(Row { platform_roles: vec!["rds_superuser".into()], ..row() });
        let sql = all_sql(&rights);
        assert!(!sql.contains("pg_statistic,"), "{sql}");
        assert!(sql.contains("GRANT SELECT ON ALL TABLES IN SCHEMA \"App\", public TO"), "{sql}");
        assert_eq!(rights.grants_for_more[0].run_as, "a member of rds_superuser");
    }

    #[test]
    fn platform_admins_are_no_superusers() {
        let row = Row { held: vec!["cloudsqlsuperuser".into()], platform_roles: vec!["cloudsqlsuperuser".into()], ..row() };
        let rights = Rights::from_row(row);
        assert!(rights.platform_admin && !rights.superuser && rights.platform == Platform::CloudSql);
        let supabase = Row { role: "postgres".into(), platform_roles: vec!["supabase_admin".into()], ..self::row() };
        assert!(Rights::from_row(supabase).platform_admin);
    }

    #[test]
    fn a_superuser_needs_nothing_but_the_extension() {
        let row = Row { superuser: true, statistic: true, statistic_ext: true, workload_loaded: true, ..row() };
        let rights = Rights::from_row(row);
        assert_eq!(rights.workload, WorkloadAccess::NotCreated);
        assert_eq!(all_sql(&rights), "CREATE EXTENSION pg_stat_statements;");
    }

    #[test]
    fn rights_survive_a_snapshot() {
        let rights = Rights::from_row(row());
        let json = serde_json::to_string(&rights).unwrap();
        assert_eq!(serde_json::from_str::<Rights>(&json).unwrap(), rights);
    }
}
