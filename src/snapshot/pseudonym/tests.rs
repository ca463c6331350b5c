//! Pseudonyms over whole statistics.

use super::*;
use crate::ident::{Ident, QualifiedName};
use crate::snapshot::{ColumnStatistics, Type, fixture};

fn slot(kind: i16, values: &[&str]) -> Slot {
    Slot {
        kind,
        operator: None,
        collation: None,
        numbers: Some(vec![0.1; values.len()]),
        values: Some(values.iter().map(|v| Some((*v).to_owned())).collect()),
    }
}

/// A table with one column of this type and these slots.
fn catalog(type_name: &str, slots: Vec<Slot>) -> Catalog {
    let mut catalog = fixture::catalog(&format!("create table t (c {type_name})"));
    let name = QualifiedName::new("pg_catalog", type_name);
    catalog
        .types
        .insert(1, Type { oid: 1, name, kind: 'b', category: 'U', length: -1, element: None, base: None, labels: vec![] });
    let relation = catalog.relations.values_mut().next().unwrap();
    relation.columns[0].type_oid = 1;
    relation.columns[0].default = Some("'active'::text".to_owned());
    relation.statistics = vec![ColumnStatistics {
        column: Ident::new("c"),
        inherited: false,
        null_frac: 0.0,
        avg_width: 8,
        n_distinct: -1.0,
        slots,
    }];
    catalog
}

fn values(catalog: &Catalog, slot: usize) -> Vec<String> {
    let relation = catalog.relations.values().next().unwrap();
    relation.statistics[0].slots[slot].values.iter().flatten().map(|v| v.clone().unwrap()).collect()
}

fn run(mut catalog: Catalog) -> Catalog {
    let literals = literals::of(&catalog);
    let mut families = Families::default();
    for_each_slot(&mut catalog, |_, shape, slot| collect(&mut families, shape, slot));
    let pseudonyms = families.pseudonyms();
    for_each_slot(&mut catalog, |_, shape, slot| {
        replace(&pseudonyms, &literals, shape, slot);
    });
    catalog
}

#[test]
fn texts_keep_the_order_of_the_histogram_and_schema_literals_stay() {
    let catalog = run(catalog("text", vec![slot(1, &["Zoe", "active", ""]), slot(2, &["anna", "Bob", "bo-c", "Zoe"])]));
    let histogram = values(&catalog, 1);
    assert!(histogram.windows(2).all(|w| w[0] < w[1]), "{histogram:?}");
    assert_eq!(histogram.iter().map(String::len).collect::<Vec<_>>(), [4, 3, 4, 3]);
    assert_eq!(values(&catalog, 0), [histogram[3].as_str(), "active", ""]);
    assert!(histogram.iter().all(|v| v.chars().all(|c| c.is_ascii_digit() || c == 'x')), "{histogram:?}");
}

#[test]
fn unknown_types_lose_their_values_but_not_their_frequencies() {
    let catalog = run(catalog("jsonb", vec![slot(1, &["{\"name\": \"Pat\"}"])]));
    let statistics = &catalog.relations.values().next().unwrap().statistics[0];
    assert_eq!((statistics.slots[0].values.as_ref(), statistics.top_frequency()), (None, 0.1));
}
