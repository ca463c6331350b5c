//! Primary keys, unique and exclusion constraints: indexes built under ACCESS EXCLUSIVE.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ConstrType, Constraint};

use super::index::outside;
use crate::ident::{Ident, constraint_name, ident_list};
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind};
use crate::lint::lock::keys;
use crate::lint::name::{Name, inners};
use crate::plan::LockMode;

/// DBL112
const BUILT: &str = "key-built-under-lock";
/// DBL113
const NULLABLE: &str = "primary-key-on-nullable-column";
/// DBL114
const EXCLUSION: &str = "exclusion-built-under-lock";

/// ADD PRIMARY KEY, UNIQUE, EXCLUDE; also on a new column.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands {
        match (command.kind(), command.def()) {
            (AlterTableType::AtAddConstraint, Some(NodeEnum::Constraint(c))) => match ConstrType::try_from(c.contype) {
                Ok(ConstrType::ConstrExclusion) => {
                    let name = if c.conname.is_empty() { String::new() } else { format!(" {}", Ident::new(c.conname.as_str())) };
                    let what = format!("exclusion constraint{name} is added to {table}");
                    let draft = Draft::locked(EXCLUSION, &table, LockMode::AccessExclusive, WorkKind::Index, what);
                    found.push(draft.also("no index can be built for it beforehand: add it while the table is small"));
                }
                Ok(kind @ (ConstrType::ConstrPrimary | ConstrType::ConstrUnique)) if c.indexname.is_empty() => {
                    constraint(cx, &table, kind == ConstrType::ConstrPrimary, c, &keys(c), found);
                }
                Ok(ConstrType::ConstrPrimary) => using_index(cx, &table, c, found),
                _ => {}
            },
            (AlterTableType::AtAddColumn, Some(NodeEnum::ColumnDef(column))) => {
                for node in inners(&column.constraints) {
                    let NodeEnum::Constraint(c) = node else { continue };
                    let kind = ConstrType::try_from(c.contype);
                    if matches!(kind, Ok(ConstrType::ConstrPrimary | ConstrType::ConstrUnique)) {
                        let primary = kind == Ok(ConstrType::ConstrPrimary);
                        constraint(cx, &table, primary, c, std::slice::from_ref(&column.colname), found);
                    }
                }
            }
            _ => {}
        }
    }
}

fn constraint(cx: &Cx, table: &Name, primary: bool, c: &Constraint, columns: &[String], found: &mut Vec<Draft>) {
    let (words, label) = if primary { ("PRIMARY KEY", "pkey") } else { ("UNIQUE", "key") };
    let quoted: Vec<Ident> = columns.iter().map(|c| Ident::new(c.as_str())).collect();
    let list = ident_list(&quoted);
    let named = if primary { String::new() } else { columns.join("_") };
    let name = if c.conname.is_empty() { constraint_name(table.name.raw(), &named, label) } else { c.conname.clone() };
    let name = Ident::new(name);
    let what = format!("{words} ({list}) is added to {table} with an index of its own");
    let nulls = if c.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let build = outside(cx, format!("CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({list}){nulls}"));
    let attributes = if c.deferrable { " DEFERRABLE" } else { "" };
    let sql = format!("{build}\nALTER TABLE {table} ADD CONSTRAINT {name} {words} USING INDEX {name}{attributes};");
    let mut draft = Draft::locked(BUILT, table, LockMode::AccessExclusive, WorkKind::Index, what);
    if cx.state.table(table).is_some_and(|t| t.partitioned) {
        draft = draft.also("on a partitioned table build it on each partition first, then on the parent");
    } else {
        draft = draft.instead(sql);
    }
    found.push(draft.at(cx.statement().place(c.location)));
}

/// `PRIMARY KEY USING INDEX`: columns that may hold NULL are read through.
fn using_index(cx: &Cx, table: &Name, c: &Constraint, found: &mut Vec<Draft>) {
    let index = table.beside(&c.indexname);
    let (Some(known), Some(columns)) = (cx.state.table(table), cx.state.columns_of_index(&index)) else { return };
    let nullable = columns.iter().find(|c| known.columns.contains_key(*c) && !known.has_no_null(c));
    let Some(column) = nullable else { return };
    let column = Ident::new(column.as_str());
    let what = format!("primary key of {table} is made of {column}, which may hold NULL");
    let check = Ident::new(constraint_name(table.name.raw(), column.raw(), "not_null"));
    let sql = format!(
        "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID;\n\
         -- in a transaction of its own\nALTER TABLE {table} VALIDATE CONSTRAINT {check};\n{};\n\
         ALTER TABLE {table} DROP CONSTRAINT {check};",
        cx.text()
    );
    found.push(Draft::locked(NULLABLE, table, LockMode::AccessExclusive, WorkKind::Scan, what).instead(sql));
}
