//! `missing-tenant-column`: a table of tenants' rows that lacks the tenant column.

use serde_json::Value;

use super::tenants;
use crate::check::{Finding, Input, Severity};
use crate::ident::Ident;
use crate::plan::{Change, TenantColumn};
use crate::snapshot::{Constraint, Relation};
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
    let deferrable = if is_open { deferrable(input, table, hops) } else { Vec::new() };
    let obstacle = fix.as_ref().and_then(|f| f.obstacle(catalog)).map(|why| format!("; no migration is written, for {why}"));
    let obstacle = obstacle.or_else(|| waits(&deferrable));
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
    if !deferrable.is_empty() {
        let cures: Vec<String> = deferrable.iter().map(|(key, table)| tenants::not_deferrable(table, key)).collect();
        finding = finding.with("not_deferrable", cures);
    }
    finding
        .with_severity(severity)
        .with("way", way)
        .with("every_row_has_a_tenant", loose.is_empty())
        .with("tenant_column", key)
        .with("rows", catalog.rows(table))
        .with("needed_because", intent.map_or(Value::Null, Value::from))
}

/// Foreign keys on the way that a transaction may leave unmet until it ends.
fn deferrable<'i>(input: &Input<'i>, table: &'i Relation, hops: &[Hop]) -> Vec<(&'i Constraint, &'i Relation)> {
    let mut from = Some(table);
    let on_way = hops.iter().filter_map(|hop| {
        let here = from?;
        from = input.snapshot.catalog.relations.get(&hop.table);
        here.foreign_keys().find(|(k, _)| k.name == hop.constraint).map(|(key, _)| (key, here))
    });
    on_way.filter(|(key, _)| key.deferrable).collect()
}

/// The remark on them: a tenant column cannot be NULL until the transaction ends.
fn waits(deferrable: &[(&Constraint, &Relation)]) -> Option<String> {
    let (key, table) = deferrable.first()?;
    let more = match deferrable.len() - 1 {
        0 => String::new(),
        n => format!(" (and {n} more on the way)"),
    };
    Some(format!(
        "; no migration is written, for foreign key {} of {} {}; if the application always writes parents first: {}{more}",
        key.name,
        table.name,
        tenants::DEFERRABLE,
        tenants::not_deferrable(table, key)
    ))
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
