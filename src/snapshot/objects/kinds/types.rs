//! Types: enums, domains, composite types, ranges. `pg_type`, `pg_enum`, `pg_range`, constraints of domains.

use serde::{Deserialize, Serialize};

use super::{Inner, Parsed, Reading, parsed};
use crate::error::Result;
use crate::ident::{Ident, QualifiedName, constraint_name};
use crate::snapshot::Oid;
use crate::snapshot::objects::read::{Head, parse as row_as};
use crate::snapshot::objects::settled::settled;
use crate::snapshot::objects::{Column, Kind, NotNull};

/// A type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Type {
    /// `AS ENUM`.
    Enum(Enum),
    /// `CREATE DOMAIN`.
    Domain(Domain),
    /// `AS (...)`.
    Composite(Composite),
    /// `AS RANGE`.
    Range(Range),
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enum {
    /// Labels in order.
    pub labels: Vec<String>,
}

/// A domain.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// The type below, `format_type()`.
    pub base_type: String,
    /// Its collation, when it is not that type's own; qualified SQL.
    pub collation: Option<String>,
    /// `NOT NULL`.
    pub not_null: Option<NotNull>,
    /// `DEFAULT`.
    pub default: Option<String>,
    /// Checks, by name.
    #[serde(default)]
    pub constraints: Vec<DomainConstraint>,
}

/// A check of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainConstraint {
    /// Its name.
    pub name: Ident,
    /// `pg_get_constraintdef()`, without `NOT VALID`.
    pub definition: String,
    /// `NOT VALID` is not said.
    pub valid: bool,
    /// `COMMENT ON CONSTRAINT ... ON DOMAIN`.
    #[serde(default)]
    pub comment: Option<String>,
}

/// A composite type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Composite {
    /// Attributes in order: rows are written in it.
    pub attributes: Vec<Column>,
}

/// A range type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// `SUBTYPE`.
    pub subtype: String,
    /// `SUBTYPE_OPCLASS`, when it is not the default.
    pub subtype_opclass: Option<String>,
    /// `COLLATION`, when it is not the subtype's own.
    pub collation: Option<String>,
    /// `CANONICAL`.
    pub canonical: Option<String>,
    /// `SUBTYPE_DIFF`.
    pub subtype_diff: Option<String>,
    /// `MULTIRANGE_TYPE_NAME` (14+), when it is not the one that Postgres gives.
    #[serde(default)]
    pub multirange: Option<QualifiedName>,
}

impl Range {
    /// The name of its multirange (14+), in the range's schema unless it was given another.
    pub fn multirange_of(&self, schema: &Ident, name: &Ident) -> QualifiedName {
        self.multirange.clone().unwrap_or_else(|| QualifiedName::new(schema.clone(), multirange_name(name.raw())))
    }
}

impl Type {
    /// Puts the comment of an attribute or constraint where it belongs.
    pub(super) fn put_comment(&mut self, slot: usize, text: String) {
        match self {
            Type::Composite(c) => {
                if let Some(attribute) = c.attributes.get_mut(slot) {
                    attribute.comment = Some(text);
                }
            }
            Type::Domain(d) => match (d.constraints.get_mut(slot), &mut d.not_null) {
                (Some(constraint), _) => constraint.comment = Some(text),
                (None, Some(not_null)) => not_null.comment = Some(text),
                (None, None) => {}
            },
            Type::Enum(_) | Type::Range(_) => {}
        }
    }
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_type",
    sql: &[(13, include_str!("../sql/types.sql"))],
    list: Some(include_str!("../sql/type_list.sql")),
    parse,
};

#[derive(Deserialize)]
struct Row {
    labels: Option<Vec<String>>,
    domain: Option<DomainRow>,
    constraints: Option<Vec<ConstraintRow>>,
    relation: Oid,
    attributes: Option<Vec<AttributeRow>>,
    range: Option<Range>,
    multirange: Option<MultirangeRow>,
}

#[derive(Deserialize)]
struct DomainRow {
    base_type: String,
    collation: Option<String>,
    required: bool,
    default: Option<String>,
}

#[derive(Deserialize)]
struct ConstraintRow {
    oid: Oid,
    contype: char,
    #[serde(flatten)]
    constraint: DomainConstraint,
}

#[derive(Deserialize)]
struct AttributeRow {
    number: i32,
    #[serde(flatten)]
    column: Column,
}

#[derive(Deserialize)]
struct MultirangeRow {
    oid: Oid,
    #[serde(flatten)]
    name: QualifiedName,
}

fn parse(row: &str) -> Result<Parsed> {
    let (head, row): (Head, Row) = (row_as(row)?, row_as(row)?);
    let mut aliases = Vec::new();
    let mut inner = Vec::new();
    let body = if let Some(domain) = row.domain {
        let constraints = row.constraints.unwrap_or_default();
        aliases.extend(constraints.iter().map(|c| ("pg_constraint", c.oid)));
        Type::Domain(domain_of(head.name.raw(), domain, constraints, &mut inner))
    } else if let Some(attributes) = row.attributes {
        aliases.push(("pg_class", row.relation));
        let comments = attributes.iter().enumerate();
        inner.extend(comments.map(|(slot, a)| Inner { catalog: "pg_class", oid: row.relation, sub: a.number, slot }));
        Type::Composite(Composite { attributes: attributes.into_iter().map(|a| a.column).collect() })
    } else if let Some(mut range) = row.range {
        if let Some(multirange) = row.multirange {
            aliases.push(("pg_type", multirange.oid));
            let given = head.schema.as_ref() == Some(&multirange.name.schema)
                && multirange.name.name.raw() == multirange_name(head.name.raw());
            range.multirange = (!given).then_some(multirange.name);
        }
        Type::Range(range)
    } else {
        Type::Enum(Enum { labels: row.labels.unwrap_or_default() })
    };
    Ok(Parsed { aliases, inner, ..parsed(Kind::Type, head, body.into()) })
}

/// The checks of a domain and its NOT NULL, which is a constraint from 17 on.
fn domain_of(name: &str, row: DomainRow, constraints: Vec<ConstraintRow>, inner: &mut Vec<Inner>) -> Domain {
    let DomainRow { base_type, collation, required, default } = row;
    let default = default.map(settled);
    let mut domain = Domain { base_type, collation, default, not_null: required.then(NotNull::default), constraints: Vec::new() };
    let (named, checks): (Vec<_>, Vec<_>) = constraints.into_iter().partition(|c| c.contype == 'n');
    for mut row in checks {
        inner.push(Inner { catalog: "pg_constraint", oid: row.oid, sub: 0, slot: domain.constraints.len() });
        if let Some(shorter) = row.constraint.definition.strip_suffix(" NOT VALID") {
            row.constraint.definition = shorter.to_owned();
        }
        row.constraint.definition = settled(row.constraint.definition);
        domain.constraints.push(row.constraint);
    }
    if let (Some(row), Some(not_null)) = (named.into_iter().next(), &mut domain.not_null) {
        inner.push(Inner { catalog: "pg_constraint", oid: row.oid, sub: 0, slot: domain.constraints.len() });
        let given = constraint_name(name, "", "not_null");
        not_null.name = (row.constraint.name.raw() != given).then_some(row.constraint.name);
    }
    domain
}

/// The name that a multirange gets by itself. Source: `makeMultirangeTypeName()` in `src/backend/catalog/pg_type.c`.
fn multirange_name(range: &str) -> String {
    if range.contains("range") { range.replacen("range", "multirange", 1) } else { format!("{range}_multirange") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiranges_are_named_as_postgres_names_them() {
        assert_eq!(multirange_name("floatrange"), "floatmultirange");
        assert_eq!(multirange_name("span"), "span_multirange");
    }
}
