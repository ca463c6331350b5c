//! One row: an INSERT that is tried with other values until checks, keys and partition bounds accept it.

use std::collections::BTreeMap;

use super::shapes::Shapes;
use super::values::{Shape, Tenant, constants};
use super::{Row, by_key};
use crate::ident::{Ident, ident_list, literal, mentions};
use crate::isolation::stage::{Refusal, Stage, texts};
use crate::snapshot::{Catalog, Relation};

/// Tries until a row is given up.
const TRIES: usize = 600;
/// Values of a column that are tried together with those of others.
const VALUES: usize = 40;

/// A row to be made.
pub(super) struct Wanted<'a> {
    pub table: &'a Relation,
    pub catalog: &'a Catalog,
    pub tenant: Tenant,
    /// Different for each row.
    pub n: usize,
    /// Values that are settled: keys, foreign keys. `None` = NULL.
    pub settled: BTreeMap<Ident, Option<String>>,
    /// Bounds of partitions, as the server prints them.
    pub bounds: &'a str,
}

/// Columns that are varied, with their values and the one in use.
type Wheel = (Ident, Vec<String>, usize);

impl Wanted<'_> {
    /// The statement with these values.
    pub(super) fn insert(table: &Relation, columns: &[(Ident, String)]) -> String {
        if columns.is_empty() {
            return format!("INSERT INTO {} DEFAULT VALUES", table.name);
        }
        let names = ident_list(columns.iter().map(|(c, _)| c));
        let values: Vec<&str> = columns.iter().map(|(_, v)| v.as_str()).collect();
        format!("INSERT INTO {} ({names}) OVERRIDING SYSTEM VALUE VALUES ({})", table.name, values.join(", "))
    }

    /// Makes the row: the row, its columns as SQL and the statement.
    pub(super) async fn make(
        &self,
        stage: &mut Stage,
        shapes: &mut Shapes,
        kept: bool,
    ) -> Result<(Row, Vec<(Ident, String)>, String), Refusal> {
        let mut values: BTreeMap<Ident, Option<String>> = BTreeMap::new();
        for column in self.table.columns.iter().filter(|c| c.generated.is_none()) {
            let value = match self.settled.get(&column.name) {
                Some(settled) => settled.clone(),
                None => {
                    let shape = shapes.of(column, self.catalog);
                    shapes.accepted(stage, &shape, shape.candidates(self.tenant, self.n, &[]), 1).await.into_iter().next()
                }
            };
            values.insert(column.name.clone(), value);
        }
        let mut wheels: Vec<Wheel> = Vec::new();
        let mut refused = None;
        for _ in 0..TRIES {
            let columns: Vec<(Ident, String)> = values.iter().map(|(c, v)| (c.clone(), self.sql(c, v.as_deref()))).collect();
            let returned: Vec<String> = self.table.columns.iter().map(|c| format!("{}::text", c.name)).collect();
            let statement = Self::insert(self.table, &columns);
            let returned = if returned.is_empty() { String::new() } else { format!(", {}", returned.join(", ")) };
            let asked = format!("{statement} RETURNING tableoid::regclass::text{returned}");
            let refusal = match if kept { stage.keep(&asked).await } else { stage.try_out(&asked).await } {
                Ok(rows) if rows.is_empty() => {
                    return Err(Refusal {
                        code: String::new(),
                        message: "a trigger or rule swallows the row".to_owned(),
                        constraint: None,
                    });
                }
                Ok(rows) => return Ok((self.row(&texts(&rows[rows.len() - 1])), columns, statement)),
                Err(refusal) => refusal,
            };
            // only what is to blame is varied: what other checks accepted stays
            let bad = self.to_blame(&refusal);
            if refusal.code == "23505" && bad.is_empty() && !kept {
                // nothing in it is free: it is the row that is there, and policies are asked before keys
                return Ok((Row::default(), columns, String::new()));
            }
            for column in &bad {
                if !wheels.iter().any(|(w, ..)| w == column) {
                    let values = self.variants(stage, shapes, column, &refusal).await;
                    wheels.push((column.clone(), values, 0));
                }
            }
            refused = Some(refusal);
            if !turn(&mut wheels, &bad) {
                break;
            }
            for (column, variants, at) in &wheels {
                if let Some(value) = variants.get(*at) {
                    values.insert(column.clone(), Some(value.clone()));
                }
            }
        }
        Err(refused.unwrap_or(Refusal { code: String::new(), message: "no values were found".to_owned(), constraint: None }))
    }

    fn sql(&self, column: &Ident, value: Option<&str>) -> String {
        match (value, self.table.column(column.raw())) {
            (Some(value), Some(c)) => format!("{}::{}", literal(value), c.type_name),
            (None, Some(c)) if c.default.is_some() || c.identity.is_some() => "DEFAULT".to_owned(),
            _ => "NULL".to_owned(),
        }
    }

    fn row(&self, returned: &[Option<String>]) -> Row {
        let text = |i: usize| returned.get(i).cloned().flatten();
        let mut row = Row {
            values: self.table.columns.iter().enumerate().map(|(i, c)| (c.name.clone(), text(i + 1))).collect(),
            leaf: text(0).unwrap_or_default(),
            found_by: String::new(),
        };
        // a trigger may write the time: only what was given comes again
        let given = self.table.columns.iter().filter(|c| c.generated.is_none()).filter_map(|c| {
            let value = row.get(&c.name)?;
            Some(format!("{}::text = {}", c.name, literal(value)))
        });
        row.found_by = by_key(self.table, &row).unwrap_or_else(|| given.collect::<Vec<_>>().join(" AND "));
        if row.found_by.is_empty() {
            row.found_by = "true".to_owned();
        }
        row
    }

    /// Columns whose value a refusal is about, and that may have another one.
    fn to_blame(&self, refusal: &Refusal) -> Vec<Ident> {
        let named = refusal.constraint.as_deref().unwrap_or_default();
        let constraint = self.table.constraints.iter().find(|c| c.name.raw() == named);
        let index = self.table.indexes.iter().find(|i| i.name.raw() == named);
        let free = |c: &&crate::snapshot::Column| !self.settled.contains_key(&c.name) && c.generated.is_none();
        let columns = || self.table.columns.iter().filter(free);
        let by_text =
            |text: &str| columns().filter(|c| mentions(text, &c.name.to_string())).map(|c| c.name.clone()).collect::<Vec<_>>();
        match (refusal.code.as_str(), constraint, index) {
            ("23514", None, _) if !self.bounds.is_empty() && named.is_empty() => by_text(self.key_text()),
            ("23514" | "23505" | "23P01", Some(c), _) => {
                let mut found: Vec<Ident> = columns().filter(|k| c.columns.contains(&k.name)).map(|k| k.name.clone()).collect();
                found.extend(c.expression.iter().flat_map(|e| by_text(e)).filter(|k| !c.columns.contains(k)));
                found
            }
            ("23505" | "23P01", None, Some(i)) => by_text(&i.definition),
            // a domain's check, a NOT NULL of a domain
            ("23514" | "23502", None, _) => {
                let domain = |c: &&crate::snapshot::Column| self.catalog.types.get(&c.type_oid).is_some_and(|t| t.kind == 'd');
                columns().filter(domain).map(|c| c.name.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The key by which rows find their partition.
    fn key_text(&self) -> &str {
        let parent = self.table.partition_of.and_then(|p| self.catalog.relations.get(&p));
        self.table.partition_key.as_deref().or(parent.and_then(|p| p.partition_key.as_deref())).unwrap_or_default()
    }

    /// Other values of a column: constants of the checks on it and of bounds first.
    async fn variants(&self, stage: &mut Stage, shapes: &mut Shapes, column: &Ident, refusal: &Refusal) -> Vec<String> {
        let mut hints = Vec::new();
        for check in self.table.constraints.iter().filter_map(|c| c.expression.as_deref()) {
            if mentions(check, &column.to_string()) {
                hints.extend(constants(check));
            }
        }
        if refusal.constraint.is_none() || mentions(self.key_text(), &column.to_string()) {
            hints.extend(constants(self.bounds));
        }
        let Some(known) = self.table.column(column.raw()) else { return Vec::new() };
        let shape: Shape = shapes.of(known, self.catalog);
        let mut all = shape.candidates(self.tenant, self.n, &hints);
        for k in 1..8 {
            all.extend(shape.candidates(self.tenant, self.n + 1_000 * k, &[]).into_iter().take(1));
        }
        shapes.accepted(stage, &shape, all, VALUES).await
    }
}

/// The next combination of these columns; false when all have been tried.
fn turn(wheels: &mut [Wheel], of: &[Ident]) -> bool {
    for (_, values, at) in wheels.iter_mut().filter(|(column, ..)| of.contains(column)) {
        if *at + 1 < values.len() {
            *at += 1;
            return true;
        }
        *at = 0;
    }
    false
}
