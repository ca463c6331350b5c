//! The statements that would let a role see more, as far as its platform permits them.
//!
//! Never `pg_read_all_data`: it would do, but it reads every row and the password hashes of `pg_authid`.

use super::rights::{Advice, Platform, Rights, StatisticsAccess, WorkloadAccess};
use crate::ident::{Ident, ident_list};

/// Most useful first.
pub(super) fn advise(rights: &Rights, closed_schemas: &[Ident], closed_sequences: &[Ident]) -> Vec<Advice> {
    let role = Ident::new(rights.role.as_str());
    let managed = rights.platform != Platform::SelfHosted;
    let admin = administrator(rights.platform);
    let mut advices = Vec::new();
    let mut add = |gives: &str, sql: String, run_as: &str| {
        advices.push(Advice { gives: gives.to_owned(), sql, run_as: run_as.to_owned() });
    };

    if !(rights.pg_monitor || rights.read_all_stats && rights.read_all_settings) {
        add("activity, settings and the text of every role's statements", format!("GRANT pg_monitor TO {role};"), admin);
    }
    match rights.workload {
        WorkloadAccess::NotCreated => {
            add("the workload: which statements run, how often, how long", "CREATE EXTENSION pg_stat_statements;".into(), admin);
        }
        WorkloadAccess::NotLoaded => {
            add("the workload: which statements run, how often, how long", not_loaded(rights.platform), admin)
        }
        WorkloadAccess::Denied => {
            if let Some(schema) = &rights.workload_schema {
                let sql =
                    format!("GRANT USAGE ON SCHEMA {schema} TO {role};\nGRANT SELECT ON {schema}.pg_stat_statements TO {role};");
                add("the workload: which statements run, how often, how long", sql, admin);
            }
        }
        WorkloadAccess::Full | WorkloadAccess::OwnText => {}
    }
    if rights.superuser {
        return advices;
    }
    let all_statistics = rights.statistics == StatisticsAccess::Catalog && rights.extended_statistics;
    if !managed && !all_statistics {
        add(
            "column statistics of every table, without a row of yours becoming readable (once in each database)",
            format!("GRANT SELECT ON pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data TO {role};"),
            "a superuser",
        );
    }
    if managed && rights.statistics != StatisticsAccess::Catalog && !rights.can_explain && !closed_schemas.is_empty() {
        let schemas = ident_list(closed_schemas);
        add(
            "column statistics and EXPLAIN, which on this platform need the right to read the tables",
            format!("GRANT USAGE ON SCHEMA {schemas} TO {role};\nGRANT SELECT ON ALL TABLES IN SCHEMA {schemas} TO {role};"),
            "the owner of the tables",
        );
    }
    if !closed_sequences.is_empty() {
        let schemas = ident_list(closed_sequences);
        let sql =
            format!("GRANT USAGE ON SCHEMA {schemas} TO {role};\nGRANT SELECT ON ALL SEQUENCES IN SCHEMA {schemas} TO {role};");
        add("how far each sequence is from its end", sql, "the owner of the sequences");
    }
    advices
}

fn administrator(platform: Platform) -> &'static str {
    match platform {
        Platform::SelfHosted => "a superuser",
        Platform::Rds => "a member of rds_superuser",
        Platform::CloudSql => "a member of cloudsqlsuperuser",
        Platform::Azure => "a member of azure_pg_admin",
        Platform::Supabase => "postgres",
        Platform::Neon => "a member of neon_superuser",
    }
}

/// Comments where the platform has its own way: a statement that fails would be no advice.
fn not_loaded(platform: Platform) -> String {
    let first = match platform {
        Platform::SelfHosted => {
            "-- in postgresql.conf, beside what stands there: shared_preload_libraries = 'pg_stat_statements'; then restart"
        }
        Platform::Rds => "-- in the parameter group: shared_preload_libraries = pg_stat_statements; then reboot",
        Platform::CloudSql => "-- loaded by default; for AlloyDB set the flag alloydb.enable_pg_stat_statements",
        Platform::Azure => {
            "-- server parameters: add pg_stat_statements to shared_preload_libraries and azure.extensions; then restart"
        }
        Platform::Supabase | Platform::Neon => "-- loaded by default; ask the platform's support where it is not",
    };
    format!("{first}\nCREATE EXTENSION IF NOT EXISTS pg_stat_statements;")
}
