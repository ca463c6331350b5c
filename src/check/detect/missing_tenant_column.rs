//! `missing-tenant-column`: a table of tenants' rows that lacks the tenant column.

use serde_json::Value;

use super::tenants;
use crate::check::{Finding, Input, Severity};
use crate::ident::Ident;
use crate::plan::{Change, TenantColumn};
use crate::snapshot::Relation;
use crate::tenancy::{self, Hop, Place};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let tenancy = input.tenancy;
    if !tenancy.exists() {
        return Vec::new();
    }
    let intent = tenancy::intent(&input.snapshot.catalog, input.config);
    let tables = input.snapshot.catalog.tables();
    let found = tables.iter().filter_map(|table| match tenancy.place(table.oid)? {
        Place::Reached(hops) => Some(derivable(input, table, hops, intent.as_deref())),
        Place::Root | Place::Keyed(_) | Place::Shared | Place::Internal | Place::Unknown => None,
    });
    found.collect()
}

/// Foreign keys lead to the tenant: the column can be derived.
fn derivable(input: &Input, table: &Relation, hops: &[Hop], intent: Option<&str>) -> Finding {
    let catalog = &input.snapshot.catalog;
    let way = input.tenancy.way(catalog, table).unwrap_or_default();
    let loose: Vec<&Ident> = hops.iter().filter(|h| !h.not_null).flat_map(|h| &h.columns).collect();
    let join_table = is_orm_join_table(table);
    let is_open = loose.is_empty() && !join_table && tenants::is_decided(input);
    let fix = if is_open { fix(input, table, hops) } else { None };
    let obstacle = fix.as_ref().and_then(|f| f.obstacle(catalog)).map(|why| format!("; no migration is written, for {why}"));
    let remark = if !loose.is_empty() {
        "; a key on the way may be NULL, so such a row has no tenant and a person must decide"
    } else if join_table {
        "; the ORM that made this join table allows no further column in it"
    } else {
        obstacle.as_deref().unwrap_or_default()
    };
    let key = key(input);
    let message = format!("{}: no column {key}, the tenant is reached only over {way}{remark}", table.name);
    // without row-level security a join answers as well; a policy, an index or a partition by tenant needs the column
    let severity = if intent.is_some() && loose.is_empty() && !join_table { Severity::Warning } else { Severity::Info };
    let mut finding = input.finding_on(table, &[], message);
    finding.fix = fix.filter(|_| obstacle.is_none()).map(Change::TenantColumn);
    finding
        .with_severity(severity)
        .with("way", way)
        .with("every_row_has_a_tenant", loose.is_empty())
        .with("tenant_column", key)
        .with("rows", catalog.rows(table))
        .with("needed_because", intent.map_or(Value::Null, Value::from))
}

/// The column, filled from the first table on the way, which has it or gets it before.
fn fix(input: &Input, table: &Relation, hops: &[Hop]) -> Option<TenantColumn> {
    let catalog = &input.snapshot.catalog;
    let mut way = Vec::new();
    let mut from = table;
    for hop in hops {
        let (key, _) = tenants::sure_keys(from).find(|(k, _)| k.name == hop.constraint)?;
        way.push((from, key));
        from = catalog.relations.get(&hop.table)?;
    }
    let last = tenants::key_of(input, from)?;
    let (_, key) = way.first()?;
    let reference = key.references.as_ref()?;
    let parent = catalog.relations.get(&reference.table)?;
    let of_type = tenants::type_of(input, last);
    Some(TenantColumn {
        table: table.name.clone(),
        column: last.name.clone(), // as every table on the way spells it
        parent: tenants::parent(key, reference, &parent.name, &last.name),
        others: tenants::others(input, table, &key.name, &of_type),
        root: tenants::root_key(input, &way, from, &last.name),
        type_name: Some(of_type),
        depth: hops.len(),
    })
}

/// The usual spelling of the tenant column.
pub(super) fn key(input: &Input) -> String {
    input.tenancy.keys.first().map(|k| Ident::new(k.as_str()).to_string()).unwrap_or_else(|| "of the tenant".to_owned())
}

/// `_LeadToTag(A, B)`, as Prisma makes it.
fn is_orm_join_table(table: &Relation) -> bool {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.raw()).collect();
    table.name.name.raw().starts_with('_') && names == ["A", "B"]
}
