//! What is known of a table: from the files before, or from the snapshot.

use std::collections::BTreeMap;

use pg_query::NodeEnum;
use pg_query::protobuf::{BoolExprType, ColumnDef, ConstrType, Constraint, NullTestType};

use super::name::{inners, strings};
use super::types::Type;
use crate::snapshot::{ConstraintKind, Oid, Relation, RelationKind};

/// A table as far as rules ask.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its columns by name; those that no file tells are missing.
    pub columns: BTreeMap<String, Column>,
    /// Its checks and NOT NULL constraints.
    pub checks: Vec<Check>,
    /// Columns of complete indexes, in order; constraints included.
    pub indexes: Vec<Vec<String>>,
    /// It is partitioned.
    pub partitioned: bool,
    /// The column that it is partitioned by, where it is a single one.
    pub partition_key: Option<String>,
    /// Its relation in the snapshot.
    pub oid: Option<Oid>,
    /// All its columns are known.
    pub whole: bool,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its type.
    pub of: Type,
    /// No NULL can be in it.
    pub not_null: bool,
}

/// A check.
#[derive(Debug, Clone)]
pub struct Check {
    /// Its name; empty where the server chose it.
    pub name: String,
    /// Columns in which it allows no NULL.
    pub not_null: Vec<String>,
    /// All rows are known to satisfy it.
    pub validated: bool,
}

impl Table {
    /// The table of a snapshot.
    pub fn of(relation: &Relation) -> Self {
        let columns = relation
            .columns
            .iter()
            .map(|c| (c.name.raw().to_owned(), Column { of: Type::of_catalog(&c.type_name), not_null: c.not_null }));
        let checks = relation.constraints.iter().filter(|c| c.kind == ConstraintKind::Check).map(|c| Check {
            name: c.name.raw().to_owned(),
            not_null: c.expression.as_deref().map(columns_of_text).unwrap_or_default(),
            validated: c.validated,
        });
        let indexes = relation.indexes.iter().filter(|i| i.is_complete());
        Self {
            columns: columns.collect(),
            checks: checks.collect(),
            indexes: indexes.map(|i| i.plain_prefix().map(|c| c.raw().to_owned()).collect()).collect(),
            partitioned: relation.kind == RelationKind::PartitionedTable,
            partition_key: relation.partition_key.as_deref().and_then(|k| single_column(k, relation)),
            oid: Some(relation.oid),
            whole: true,
        }
    }

    /// Adds a column and what is said of it.
    pub fn add_column(&mut self, column: &ColumnDef) {
        let Some(written) = &column.type_name else { return };
        let mut not_null = column.is_not_null;
        for constraint in inners(&column.constraints) {
            let NodeEnum::Constraint(c) = constraint else { continue };
            match ConstrType::try_from(c.contype) {
                Ok(ConstrType::ConstrNotnull | ConstrType::ConstrIdentity) => not_null = true,
                Ok(ConstrType::ConstrPrimary) => {
                    not_null = true;
                    self.indexes.push(vec![column.colname.clone()]);
                }
                Ok(ConstrType::ConstrUnique) => self.indexes.push(vec![column.colname.clone()]),
                Ok(ConstrType::ConstrCheck) => self.add_constraint(c),
                _ => {}
            }
        }
        let of = Type::of(written);
        not_null |= is_serial(column);
        self.columns.insert(column.colname.clone(), Column { of, not_null });
    }

    /// Adds a constraint of the table.
    pub fn add_constraint(&mut self, c: &Constraint) {
        match ConstrType::try_from(c.contype) {
            Ok(ConstrType::ConstrCheck) => {
                let not_null = c.raw_expr.as_ref().and_then(|e| e.node.as_ref()).map(not_null_columns).unwrap_or_default();
                self.checks.push(Check { name: c.conname.clone(), not_null, validated: !c.skip_validation });
            }
            Ok(ConstrType::ConstrNotnull) => {
                let columns = strings(&c.keys);
                self.checks.push(Check { name: c.conname.clone(), not_null: columns.clone(), validated: !c.skip_validation });
                if !c.skip_validation {
                    self.set_not_null(&columns, true);
                }
            }
            Ok(ConstrType::ConstrPrimary) => {
                let columns = strings(&c.keys);
                self.set_not_null(&columns, true);
                if !columns.is_empty() {
                    self.indexes.push(columns);
                }
            }
            Ok(ConstrType::ConstrUnique) if !c.keys.is_empty() => self.indexes.push(strings(&c.keys)),
            _ => {}
        }
    }

    /// A constraint is validated.
    pub fn validate(&mut self, name: &str) {
        self.checks.iter_mut().filter(|c| c.name == name).for_each(|c| c.validated = true);
    }

    /// Sets or takes away NOT NULL.
    pub fn set_not_null(&mut self, columns: &[String], not_null: bool) {
        for column in columns {
            if let Some(column) = self.columns.get_mut(column) {
                column.not_null = not_null;
            }
        }
    }

    /// Whether every row is known to have a value in the column: declared, or checked and validated.
    pub fn has_no_null(&self, column: &str) -> bool {
        self.columns.get(column).is_some_and(|c| c.not_null)
            || self.checks.iter().any(|c| c.validated && c.not_null.iter().any(|n| n == column))
    }

    /// Whether a complete index begins with these columns, in any order.
    pub fn has_index_on(&self, columns: &[String]) -> bool {
        self.indexes.iter().any(|i| leads(i, columns))
    }
}

/// Whether an index of these keys begins with the columns, in any order.
pub fn leads(keys: &[String], columns: &[String]) -> bool {
    keys.len() >= columns.len() && keys[..columns.len()].iter().all(|k| columns.contains(k))
}

/// The column in `RANGE (at)`.
fn single_column(key: &str, relation: &Relation) -> Option<String> {
    let inside = key.split_once('(')?.1.strip_suffix(')')?;
    relation.columns.iter().map(|c| &c.name).find(|n| n.to_string() == inside).map(|n| n.raw().to_owned())
}

/// Whether a column is a `serial`.
pub fn is_serial(column: &ColumnDef) -> bool {
    let name = column.type_name.as_ref().map(|t| strings(&t.names)).unwrap_or_default();
    let last = name.last().map(String::as_str);
    matches!(last, Some("serial" | "bigserial" | "smallserial" | "serial2" | "serial4" | "serial8"))
}

/// Columns in which an expression allows no NULL: `a IS NOT NULL`, and what stands beside it between ANDs.
fn not_null_columns(expression: &NodeEnum) -> Vec<String> {
    match expression {
        NodeEnum::NullTest(test) if test.nulltesttype == NullTestType::IsNotNull as i32 => {
            match test.arg.as_ref().and_then(|a| a.node.as_ref()) {
                Some(NodeEnum::ColumnRef(column)) => strings(&column.fields).into_iter().next_back().into_iter().collect(),
                _ => Vec::new(),
            }
        }
        NodeEnum::BoolExpr(e) if e.boolop == BoolExprType::AndExpr as i32 => inners(&e.args).flat_map(not_null_columns).collect(),
        _ => Vec::new(),
    }
}

/// The same of an expression's text.
fn columns_of_text(expression: &str) -> Vec<String> {
    if !expression.contains("IS NOT NULL") {
        return Vec::new();
    }
    let parsed = pg_query::parse(&format!("SELECT {expression}"), 0).ok();
    let select = parsed.and_then(|p| p.protobuf.stmts.into_iter().next()).and_then(|s| s.stmt).and_then(|n| n.node);
    let Some(NodeEnum::SelectStmt(select)) = select else { return Vec::new() };
    match select.target_list.first().and_then(|t| t.node.as_ref()) {
        Some(NodeEnum::ResTarget(target)) => {
            target.val.as_ref().and_then(|v| v.node.as_ref()).map(not_null_columns).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
