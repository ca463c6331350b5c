//! Detectors in Rust, one file a check, for checks that weigh the workload, activity or tenancy.

mod access;
mod anonymous_may_write;
mod connection_budget;
mod figures;
#[cfg(test)]
mod fixture;
mod index_not_led_by_tenant;
mod indexes;
mod integer_key_overflow;
mod invalid_index;
mod membership_writable;
mod missing_index;
mod missing_tenant_column;
mod n_plus_one;
mod natural_key_across_tenants;
mod no_path_to_tenant;
mod only_restrictive_policies;
mod policies;
mod policies_combine;
mod policy_always_true;
mod policy_column_not_indexed;
mod policy_column_wrapped;
mod policy_comparisons;
mod policy_evaluated_per_row;
mod policy_forgets_tenant;
mod policy_function_volatility;
mod policy_recursion;
mod policy_subquery_many_rows;
mod policy_trusts_open_table;
mod policy_trusts_user_claim;
mod redundant_index;
mod restrictive_floor_missing;
mod rls_disabled;
mod rls_not_forced;
mod setting_required;
mod setting_without_nullif;
mod several_permissive_policies;
mod statement_without_tenant;
mod tenant_column_inconsistent;
mod tenant_column_without_foreign_key;
mod unbounded_list;
mod unindexed_foreign_key;
mod unpartitioned_high_volume_table;
mod unused_index;
mod write_check_forgets_tenant;

use super::{Finding, Input};

/// A detector: a pure function of its input.
pub type Detector = fn(&Input) -> Vec<Finding>;

/// Detectors by the name of their check, sorted by name.
const DETECTORS: &[(&str, Detector)] = &[
    ("anonymous-may-write", anonymous_may_write::detect),
    ("connection-budget", connection_budget::detect),
    ("index-not-led-by-tenant", index_not_led_by_tenant::detect),
    ("integer-key-overflow", integer_key_overflow::detect),
    ("invalid-index", invalid_index::detect),
    ("membership-writable", membership_writable::detect),
    ("missing-index", missing_index::detect),
    ("missing-tenant-column", missing_tenant_column::detect),
    ("n-plus-one", n_plus_one::detect),
    ("natural-key-across-tenants", natural_key_across_tenants::detect),
    ("no-path-to-tenant", no_path_to_tenant::detect),
    ("only-restrictive-policies", only_restrictive_policies::detect),
    ("policies-combine", policies_combine::detect),
    ("policy-always-true", policy_always_true::detect),
    ("policy-by-current-user", policy_comparisons::user),
    ("policy-column-not-indexed", policy_column_not_indexed::detect),
    ("policy-column-wrapped", policy_column_wrapped::detect),
    ("policy-evaluated-per-row", policy_evaluated_per_row::detect),
    ("policy-forgets-tenant", policy_forgets_tenant::detect),
    ("policy-function-volatile", policy_function_volatility::volatile),
    ("policy-hard-coded-tenant", policy_comparisons::literal),
    ("policy-like-session-value", policy_comparisons::like),
    ("policy-recursion", policy_recursion::detect),
    ("policy-subquery-many-rows", policy_subquery_many_rows::detect),
    ("policy-trusts-open-table", policy_trusts_open_table::detect),
    ("policy-trusts-user-claim", policy_trusts_user_claim::detect),
    ("redundant-index", redundant_index::detect),
    ("restrictive-floor-missing", restrictive_floor_missing::detect),
    ("rls-disabled", rls_disabled::detect),
    ("rls-not-forced", rls_not_forced::detect),
    ("session-function-immutable", policy_function_volatility::immutable),
    ("setting-required", setting_required::detect),
    ("setting-without-nullif", setting_without_nullif::detect),
    ("several-permissive-policies", several_permissive_policies::detect),
    ("statement-without-tenant", statement_without_tenant::detect),
    ("tenant-column-inconsistent", tenant_column_inconsistent::detect),
    ("tenant-column-without-foreign-key", tenant_column_without_foreign_key::detect),
    ("unbounded-list", unbounded_list::detect),
    ("unindexed-foreign-key", unindexed_foreign_key::detect),
    ("unpartitioned-high-volume-table", unpartitioned_high_volume_table::detect),
    ("unused-index", unused_index::detect),
    ("write-check-forgets-tenant", write_check_forgets_tenant::detect),
];

/// The detector of the check of this name.
pub fn find(check: &str) -> Option<Detector> {
    DETECTORS.iter().find(|(name, _)| *name == check).map(|(_, detector)| *detector)
}
