//! The attacks, one file a family: each makes scripts of the model and the rows, and knows nothing of how they are run.
//!
//! A new attack is a line in its family: the object, the command, what is tried, and a script that ends with the row `leak`.

mod controls;
mod functions;
mod reads;
mod references;
mod rights;
mod views;
mod writes;

use std::collections::{BTreeMap, BTreeSet};

use super::model::Model;
use super::rows::Rows;
use super::script::Actor;
use crate::ident::Ident;
use crate::snapshot::{Oid, Relation};

/// What success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// A leak.
    Leak,
    /// What any database of this shape lets through.
    Inherent,
}

/// An attack to be run.
#[derive(Debug, Clone)]
pub(super) struct Try {
    /// SQL-quoted.
    pub object: String,
    /// The relation, where it is one.
    pub relation: Option<Oid>,
    /// `SELECT` ...
    pub command: &'static str,
    /// In a few words.
    pub attack: String,
    /// What success means.
    pub means: Means,
    /// The control that a *held* needs: the same relation's, by command.
    pub control: Option<&'static str>,
    /// An error proves nothing: what runs is not ours.
    pub doubted: bool,
    /// The script.
    pub sql: String,
}

impl Try {
    /// On a relation; held only beside the control of the same command.
    fn on(relation: &Relation, command: &'static str, attack: impl Into<String>, sql: String) -> Self {
        Self {
            object: relation.name.to_string(),
            relation: Some(relation.oid),
            command,
            attack: attack.into(),
            means: Means::Leak,
            control: Some(command),
            doubted: false,
            sql,
        }
    }

    /// On something else.
    fn at(object: impl Into<String>, command: &'static str, attack: impl Into<String>, sql: String) -> Self {
        let (object, attack) = (object.into(), attack.into());
        Self { object, relation: None, command, attack, means: Means::Leak, control: None, doubted: false, sql }
    }

    fn inherent(self) -> Self {
        Self { means: Means::Inherent, ..self }
    }

    fn doubted(self, doubted: bool) -> Self {
        Self { doubted, ..self }
    }

    fn without_control(self) -> Self {
        Self { control: None, ..self }
    }
}

/// What attacks are made of.
pub(super) struct Field<'a> {
    pub model: &'a Model<'a>,
    pub rows: &'a Rows,
    pub actor: &'a Actor,
    /// Columns that the role may read, write, insert, by table.
    pub columns: &'a BTreeMap<Oid, Allowed>,
    /// The server's major version.
    pub major: u32,
    /// Rows are there that we did not make.
    pub in_place: bool,
}

/// Columns that a role may use.
#[derive(Debug, Clone, Default)]
pub(super) struct Allowed {
    pub select: BTreeSet<Ident>,
    pub update: BTreeSet<Ident>,
    pub insert: BTreeSet<Ident>,
}

impl Field<'_> {
    fn allowed(&self, table: &Relation) -> Allowed {
        self.columns.get(&table.oid).cloned().unwrap_or_default()
    }

    /// The column that an UPDATE sets: one the role may change, else the first.
    fn written(&self, table: &Relation) -> Option<Ident> {
        let may = self.allowed(table).update;
        let plain = || table.columns.iter().filter(|c| c.generated.is_none() && c.identity != Some('a'));
        plain().find(|c| may.contains(&c.name)).or_else(|| plain().next()).map(|c| c.name.clone())
    }

    /// The same as an assignment that changes nothing.
    fn assignment(&self, table: &Relation) -> Option<String> {
        self.written(table).map(|c| format!("{c} = {c}"))
    }

    /// The INSERT of a draft, with other values for some columns.
    fn insert(&self, table: &Relation, draft: &[(Ident, String)], other: &[(Ident, String)]) -> String {
        let may = self.allowed(table).insert;
        let columns: Vec<(Ident, String)> = draft
            .iter()
            .filter(|(c, v)| v != "DEFAULT" && (may.is_empty() || may.contains(c)) || other.iter().any(|(o, _)| o == c))
            .map(|(c, v)| (c.clone(), other.iter().find(|(o, _)| o == c).map_or_else(|| v.clone(), |(_, v)| v.clone())))
            .collect();
        let names = crate::ident::ident_list(columns.iter().map(|(c, _)| c));
        let values: Vec<&str> = columns.iter().map(|(_, v)| v.as_str()).collect();
        if columns.is_empty() {
            return format!("INSERT INTO {} DEFAULT VALUES", table.name);
        }
        let over = if table.columns.iter().any(|c| c.identity.is_some()) { " OVERRIDING SYSTEM VALUE" } else { "" };
        format!("INSERT INTO {} ({names}){over} VALUES ({})", table.name, values.join(", "))
    }
}

impl Field<'_> {
    /// Whether what a query shows to tenant A depends on rows of tenant B: it is asked with them and without.
    fn differs(&self, query: &str, refresh: &str) -> String {
        let (enter, leave) = (self.actor.enter(), self.actor.leave());
        let note = |name: &str| format!("SELECT pg_catalog.set_config('dbharden.{name}', coalesce(({query}), ''), true);\n");
        let without: String = self
            .rows
            .of_b()
            .filter(|(oid, _)| self.model.owner(*oid).is_tenant())
            .map(|(_, row)| format!("{};\n", row.delete()))
            .collect();
        format!(
            "{enter}{}{}{leave}SET LOCAL session_replication_role = replica;\n{without}\
             SET LOCAL session_replication_role = origin;\n{refresh}{enter}{};\n",
            note("seen"),
            note("again"),
            super::script::leak_where(&format!(
                "current_setting('dbharden.seen') = current_setting('dbharden.again') AND \
                 current_setting('dbharden.seen') IS DISTINCT FROM coalesce(({query}), '')"
            ))
        )
    }

    /// Where the rows of tenant B lie and how many there are, as an expression.
    fn state_of_b(&self) -> String {
        let mut parts = Vec::new();
        for (oid, row) in self.rows.of_b().filter(|(oid, _)| self.model.owner(*oid).is_tenant()) {
            parts.push(format!("(SELECT ctid::text FROM ONLY {} WHERE {} LIMIT 1)", row.leaf, row.found_by));
            let table = self.model.catalog().relations.get(&oid);
            if let Some((table, key)) = table.and_then(|t| Some((t, self.model.key(t)?)))
                && let Some(condition) = super::rows::finds(table, row, Some(&key))
            {
                parts.push(format!("(SELECT count(*) FROM {} WHERE {condition})::text", table.name));
            }
        }
        // a function takes a hundred arguments
        let pieces: Vec<String> = parts.chunks(50).map(|p| format!("concat_ws(',', {})", p.join(", "))).collect();
        if pieces.is_empty() { "''".to_owned() } else { pieces.join(" || ") }
    }

    /// What the role does as tenant A, and whether rows of tenant B are not as they were.
    fn harms(&self, acts: &str) -> String {
        let state = self.state_of_b();
        format!("SELECT pg_catalog.set_config('dbharden.was', {state}, true);\n")
            + &self.actor.act(acts, &super::script::leak_where(&format!("current_setting('dbharden.was') <> {state}")))
    }
}

/// All of them.
pub(super) fn all(field: &Field<'_>) -> Vec<Try> {
    let mut all = Vec::new();
    for table in field.model.tables() {
        let b = field.rows.of(table.oid, super::rows::Tenant::B);
        if let (true, Some(b)) = (field.model.owner(table.oid).is_tenant(), b) {
            reads::of(field, table, b, &mut all);
            writes::of(field, table, b, &mut all);
            references::of(field, table, b, &mut all);
        }
        if field.in_place {
            references::of_rows_there(field, table, &mut all);
        }
        rights::of_table(field, table, &mut all);
    }
    for view in field.model.views() {
        views::of(field, view, &mut all);
    }
    functions::of(field, &mut all);
    rights::of_database(field, &mut all);
    all
}

pub(super) use controls::controls;
