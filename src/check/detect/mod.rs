//! Detectors in Rust, one file a check, for checks that weigh the workload, activity or tenancy.

mod application_role_unprepared;
mod connection_budget;
mod figures;
#[cfg(test)]
mod fixture;
mod foreign_key_not_tenant_scoped;
mod indexes;
mod integer_key_overflow;
mod invalid_index;
mod missing_index;
mod missing_tenant_column;
mod n_plus_one;
mod no_row_level_security;
mod nullable_tenant_column;
mod policy_always_true;
mod policy_only_logs;
mod policy_without_rls;
mod redundant_index;
mod rls_disabled;
mod rls_not_forced;
mod rollout;
mod superseded_foreign_key;
mod tenants;
mod unbounded_list;
mod unindexed_foreign_key;
mod unique_not_tenant_scoped;
mod unpartitioned_high_volume_table;
mod unused_index;

use super::{Finding, Input};

/// A detector: a pure function of its input.
pub type Detector = fn(&Input) -> Vec<Finding>;

/// Detectors by the name of their check, sorted by name.
const DETECTORS: &[(&str, Detector)] = &[
    ("application-role-unprepared", application_role_unprepared::detect),
    ("connection-budget", connection_budget::detect),
    ("foreign-key-not-tenant-scoped", foreign_key_not_tenant_scoped::detect),
    ("integer-key-overflow", integer_key_overflow::detect),
    ("invalid-index", invalid_index::detect),
    ("missing-index", missing_index::detect),
    ("missing-tenant-column", missing_tenant_column::detect),
    ("n-plus-one", n_plus_one::detect),
    ("no-row-level-security", no_row_level_security::detect),
    ("nullable-tenant-column", nullable_tenant_column::detect),
    ("policy-always-true", policy_always_true::detect),
    ("policy-only-logs", policy_only_logs::detect),
    ("policy-without-rls", policy_without_rls::detect),
    ("redundant-index", redundant_index::detect),
    ("rls-disabled", rls_disabled::detect),
    ("rls-not-forced", rls_not_forced::detect),
    ("superseded-foreign-key", superseded_foreign_key::detect),
    ("unbounded-list", unbounded_list::detect),
    ("unindexed-foreign-key", unindexed_foreign_key::detect),
    ("unique-not-tenant-scoped", unique_not_tenant_scoped::detect),
    ("unpartitioned-high-volume-table", unpartitioned_high_volume_table::detect),
    ("unused-index", unused_index::detect),
];

/// The detector of the check of this name.
pub fn find(check: &str) -> Option<Detector> {
    DETECTORS.iter().find(|(name, _)| *name == check).map(|(_, detector)| *detector)
}
