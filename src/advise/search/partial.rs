//! Conditions of partial indexes: rows that alone a statement ever asks for.

use crate::ident::{Ident, literal};
use crate::query::{Access, Filter, FilterOp, Operand};
use crate::snapshot::statistics::MOST_COMMON_VALUES;
use crate::snapshot::{Catalog, Relation};

/// A condition that keeps more than this share of the rows makes no smaller index.
const MOST_KEPT: f64 = 0.7;
/// Values of a column for which an index over some of them makes sense.
const FEW: f64 = 50.0;

/// Conditions with the column that each is about: it is NULL or is not, or has values that the text says.
pub(super) fn conditions<'a>(access: &'a Access, table: &'a Relation, catalog: &'a Catalog) -> Vec<(String, &'a Ident)> {
    let of = Of { table, catalog };
    let mut found: Vec<(String, &Ident)> = Vec::new();
    for filter in access.filters.iter().filter(|f| f.disjunct.is_none()) {
        let Some(column) = filter.target.column() else { continue };
        match (&filter.operator, &filter.operand) {
            (FilterOp::IsNull, _) if of.null_frac(column) < MOST_KEPT => found.push((format!("{column} IS NULL"), column)),
            (FilterOp::IsNotNull, _) if of.null_frac(column) > 1.0 - MOST_KEPT => {
                found.push((format!("{column} IS NOT NULL"), column))
            }
            // what pg_stat_statements calls a parameter was a constant, as good as always
            (FilterOp::Equal, Operand::Parameter(_)) if of.is_flag(column) => {
                for value in ["true", "false"] {
                    found.extend(of.one_of(column, &[value.to_owned()]).map(|c| (c, column)));
                }
            }
            (FilterOp::Equal | FilterOp::In, _) => {
                found.extend(constants(filter).and_then(|values| of.one_of(column, &values)).map(|c| (c, column)));
            }
            _ => {}
        }
    }
    found.extend(of.alternatives(access));
    found.dedup();
    found
}

struct Of<'a> {
    table: &'a Relation,
    catalog: &'a Catalog,
}

impl<'a> Of<'a> {
    /// An OR whose every arm says a value of the same column: the rows have one of these values.
    fn alternatives(&self, access: &'a Access) -> Vec<(String, &'a Ident)> {
        let in_or = |f: &&Filter| f.disjunct.is_some_and(|d| d.complete);
        let mut groups: Vec<u32> = access.filters.iter().filter(in_or).filter_map(|f| Some(f.disjunct?.group)).collect();
        groups.dedup();
        let mut found = Vec::new();
        for group in groups {
            let of_group: Vec<&Filter> = access.filters.iter().filter(|f| f.disjunct.is_some_and(|d| d.group == group)).collect();
            let mut arms: Vec<u32> = of_group.iter().filter_map(|f| Some(f.disjunct?.arm)).collect();
            arms.dedup();
            let Some(first) = of_group.first().and_then(|f| Some(f.disjunct?.arm)) else { continue };
            let columns =
                of_group.iter().filter(|f| f.disjunct.is_some_and(|d| d.arm == first)).filter_map(|f| f.target.column());
            for column in columns {
                let said = arms.iter().map(|arm| {
                    let of_arm = |f: &&&Filter| f.disjunct.is_some_and(|d| d.arm == *arm) && f.target.column() == Some(column);
                    let says = |f: &&Filter| if f.operator == FilterOp::NotEqual { None } else { constants(f) };
                    of_group.iter().filter(of_arm).find_map(says)
                });
                let Some(values) = said.collect::<Option<Vec<Vec<String>>>>() else { continue };
                let mut values = values.concat();
                values.sort();
                values.dedup();
                found.extend(self.one_of(column, &values).map(|c| (c, column)));
            }
        }
        found
    }

    /// `column = 'a'` or `column IN ('a', 'b')`, where few rows have these values.
    fn one_of(&self, column: &Ident, values: &[String]) -> Option<String> {
        let rows = self.catalog.likely_rows(self.table);
        let statistics = self.catalog.column_statistics(self.table, column)?;
        let share: f64 = values.iter().map(|v| self.share(column, v)).sum();
        if statistics.distinct(rows) > FEW || share >= MOST_KEPT {
            return None;
        }
        match values {
            [] => None,
            [one] => Some(format!("{column} = {}", literal(one))),
            many => Some(format!("{column} IN ({})", many.iter().map(|v| literal(v)).collect::<Vec<_>>().join(", "))),
        }
    }

    fn is_flag(&self, column: &Ident) -> bool {
        self.table.column(column.raw()).is_some_and(|c| c.type_name == "boolean")
    }

    fn null_frac(&self, column: &Ident) -> f64 {
        self.catalog.column_statistics(self.table, column).map_or(0.0, |s| s.null_frac)
    }

    /// Share of the rows that have this value, as far as it is among the most common.
    fn share(&self, column: &Ident, value: &str) -> f64 {
        let statistics = self.catalog.column_statistics(self.table, column);
        let slot = statistics.and_then(|s| s.slots.iter().find(|s| s.kind == MOST_COMMON_VALUES));
        let printed = match value {
            "true" => "t",
            "false" => "f",
            other => other,
        };
        let place = slot.and_then(|s| s.values.as_ref()?.iter().position(|v| v.as_deref() == Some(printed)));
        place.and_then(|p| slot?.numbers.as_ref()?.get(p).copied()).unwrap_or(0.0)
    }
}

/// The values that a filter compares with, when the text says all of them.
fn constants(filter: &Filter) -> Option<Vec<String>> {
    let one = |operand: &Operand| match operand {
        Operand::Constant(value) => Some(value.clone()),
        _ => None,
    };
    match (&filter.operator, &filter.operand) {
        (FilterOp::Equal, operand) => Some(vec![one(operand)?]),
        (FilterOp::In, Operand::List(items)) => {
            let mut values = items.iter().map(one).collect::<Option<Vec<String>>>()?;
            values.sort();
            Some(values)
        }
        _ => None,
    }
}
