//! Detectors in Rust, one file a check, for checks that weigh the workload, activity or tenancy.

mod access;
mod anonymous_may_write;
mod api_exposure;
mod application_role_unprepared;
mod connection_budget;
mod counted;
mod figures;
#[cfg(test)]
mod fixture;
mod foreign_key_not_tenant_scoped;
mod foreign_table_without_rls;
mod functions;
mod grants_to_come;
mod index_not_led_by_tenant;
mod indexes;
mod integer_key_overflow;
mod internal_table_reachable;
mod invalid_index;
mod membership_writable;
mod missing_index;
mod missing_tenant_column;
mod n_plus_one;
mod natural_key_across_tenants;
mod no_path_to_tenant;
mod no_row_level_security;
mod nullable_tenant_column;
mod only_restrictive_policies;
mod partitions;
mod policies;
mod policies_combine;
mod policy_always_true;
mod policy_column_not_indexed;
mod policy_column_wrapped;
mod policy_comparisons;
mod policy_evaluated_per_row;
mod policy_forgets_tenant;
mod policy_function_volatility;
mod policy_only_logs;
mod policy_recursion;
mod policy_subquery_many_rows;
mod policy_trusts_open_table;
mod policy_trusts_user_claim;
mod policy_without_rls;
mod redundant_index;
mod restrictive_floor_missing;
mod rls_disabled;
mod rls_not_forced;
mod role_rights;
mod rollout;
mod server_with_known_flaw;
mod setting_required;
mod setting_without_nullif;
mod several_permissive_policies;
mod statement_without_tenant;
mod superseded_foreign_key;
mod tenant_column_inconsistent;
mod tenant_column_without_foreign_key;
mod tenants;
mod unbounded_list;
mod unindexed_foreign_key;
mod unique_not_tenant_scoped;
mod unpartitioned_high_volume_table;
mod unused_index;
mod view_bypasses_rls;
mod write_check_forgets_tenant;

use super::{Finding, Input};

/// A detector: a pure function of its input.
pub type Detector = fn(&Input) -> Vec<Finding>;

/// Detectors by the name of their check, sorted by name.
const DETECTORS: &[(&str, Detector)] = &[
    ("anonymous-may-write", anonymous_may_write::detect),
    ("application-role-unprepared", application_role_unprepared::detect),
    ("auth-schema-exposed", api_exposure::auth),
    ("connection-budget", connection_budget::detect),
    ("create-on-schema", grants_to_come::create),
    ("default-privileges-open", grants_to_come::defaults),
    ("definer-function-bypasses-rls", functions::bypasses),
    ("definer-trigger-copies-rows", functions::copies),
    ("excessive-table-privilege", role_rights::excessive),
    ("extension-in-public", api_exposure::extension),
    ("foreign-key-not-tenant-scoped", foreign_key_not_tenant_scoped::detect),
    ("foreign-key-with-orphans", counted::orphans),
    ("foreign-table-without-rls", foreign_table_without_rls::detect),
    ("function-search-path", functions::search_path),
    ("future-partitions-uncovered", partitions::future),
    ("index-not-led-by-tenant", index_not_led_by_tenant::detect),
    ("integer-key-overflow", integer_key_overflow::detect),
    ("internal-table-reachable", internal_table_reachable::detect),
    ("invalid-index", invalid_index::detect),
    ("leakproof-function", functions::leakproof),
    ("materialized-view-copies-rows", view_bypasses_rls::copies),
    ("membership-writable", membership_writable::detect),
    ("missing-index", missing_index::detect),
    ("missing-tenant-column", missing_tenant_column::detect),
    ("n-plus-one", n_plus_one::detect),
    ("natural-key-across-tenants", natural_key_across_tenants::detect),
    ("no-path-to-tenant", no_path_to_tenant::detect),
    ("no-row-level-security", no_row_level_security::detect),
    ("nullable-tenant-column", nullable_tenant_column::detect),
    ("only-restrictive-policies", only_restrictive_policies::detect),
    ("partition-reached-directly", partitions::reached),
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
    ("policy-only-logs", policy_only_logs::detect),
    ("policy-recursion", policy_recursion::detect),
    ("policy-subquery-many-rows", policy_subquery_many_rows::detect),
    ("policy-trusts-open-table", policy_trusts_open_table::detect),
    ("policy-trusts-user-claim", policy_trusts_user_claim::detect),
    ("policy-without-rls", policy_without_rls::detect),
    ("predefined-role-granted", role_rights::predefined),
    ("redundant-index", redundant_index::detect),
    ("restrictive-floor-missing", restrictive_floor_missing::detect),
    ("rls-disabled", rls_disabled::detect),
    ("rls-not-forced", rls_not_forced::detect),
    ("role-escapes-row-security", role_rights::escapes),
    ("role-may-become-owner", role_rights::becomes),
    ("rows-of-another-tenant", counted::other_tenant),
    ("rows-without-tenant", counted::without_tenant),
    ("sensitive-column-exposed", api_exposure::sensitive),
    ("server-with-known-flaw", server_with_known_flaw::detect),
    ("session-function-immutable", policy_function_volatility::immutable),
    ("setting-required", setting_required::detect),
    ("setting-without-nullif", setting_without_nullif::detect),
    ("several-permissive-policies", several_permissive_policies::detect),
    ("statement-without-tenant", statement_without_tenant::detect),
    ("superseded-foreign-key", superseded_foreign_key::detect),
    ("tenant-column-inconsistent", tenant_column_inconsistent::detect),
    ("tenant-column-without-foreign-key", tenant_column_without_foreign_key::detect),
    ("unbounded-list", unbounded_list::detect),
    ("unindexed-foreign-key", unindexed_foreign_key::detect),
    ("unique-not-tenant-scoped", unique_not_tenant_scoped::detect),
    ("unpartitioned-high-volume-table", unpartitioned_high_volume_table::detect),
    ("unused-index", unused_index::detect),
    ("view-bypasses-rls", view_bypasses_rls::views),
    ("write-check-forgets-tenant", write_check_forgets_tenant::detect),
];

/// The detector of the check of this name.
pub fn find(check: &str) -> Option<Detector> {
    DETECTORS.iter().find(|(name, _)| *name == check).map(|(_, detector)| *detector)
}
