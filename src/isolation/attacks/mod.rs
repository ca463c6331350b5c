//! The attacks, one file a family: each makes scripts of the model and the rows, and knows nothing of how they are run.
//!
//! A new attack is a line in its family: the object, the command, what is tried, and a script that ends with the row `leak`.

mod cascades;
mod controls;
mod copies;
mod functions;
mod oracles;
mod outside;
mod reads;
mod references;
mod residuals;
mod rights;
mod roles;
mod sessions;
mod settings;
mod views;
mod writes;

use std::collections::{BTreeMap, BTreeSet};

use super::model::Model;
use super::rows::{Row, Rows, Tenant};
use super::script::{Actor, Runs, Transfer, whole};
use crate::ident::Ident;
use crate::snapshot::{Oid, Relation};

/// What success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// A leak.
    Leak,
    /// What any database of this shape lets through.
    Inherent,
    /// Nothing that can be judged here.
    Unknown,
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
    /// Another object by which it gets through, as SQL.
    pub via: Option<String>,
    /// It tells nothing new where the plain attack of the same command gets through.
    pub subtle: bool,
    /// In which session it runs.
    pub runs: Runs,
    /// The script.
    pub sql: String,
    /// What follows it and goes over the connection.
    pub transfer: Option<Transfer>,
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
            subtle: false,
            via: None,
            runs: Runs::Inside,
            sql,
            transfer: None,
        }
    }

    /// On something else.
    fn at(object: impl Into<String>, command: &'static str, attack: impl Into<String>, sql: String) -> Self {
        let (object, attack) = (object.into(), attack.into());
        Self {
            object,
            relation: None,
            command,
            attack,
            means: Means::Leak,
            control: None,
            doubted: false,
            subtle: false,
            via: None,
            runs: Runs::Inside,
            sql,
            transfer: None,
        }
    }

    /// As a person runs it with psql.
    pub(super) fn script(&self) -> String {
        whole(self.runs, &self.sql, self.transfer.as_ref())
    }

    fn inherent(self) -> Self {
        Self { means: Means::Inherent, ..self }
    }

    /// Success says nothing.
    fn unknown(self) -> Self {
        Self { means: Means::Unknown, ..self }
    }

    /// It only counts where the plain attack of the same command does not get through.
    fn subtle(self) -> Self {
        Self { subtle: true, ..self }
    }

    /// In a session that no setting was made in.
    fn fresh(self, fresh: bool) -> Self {
        Self { runs: if fresh { Runs::Fresh } else { Runs::Inside }, ..self }
    }

    /// In several transactions, which it begins and commits itself.
    fn across(self) -> Self {
        Self { runs: Runs::Across, ..self }
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

    /// Tables with a row of tenant B.
    fn tables_of_b(&self) -> Vec<(&Relation, &Row)> {
        let tables = self.model.tables().into_iter().filter(|t| self.model.owner(t.oid).is_tenant());
        tables.filter_map(|t| Some((t, self.rows.of(t.oid, Tenant::B)?))).collect()
    }

    /// Settings as they tell tenant B: what stands in a row of tenant A stands there for what is in the same place of tenant B's.
    fn told_by_b(&self) -> Vec<(String, String)> {
        let mut told = self.actor.settings.clone();
        for (_, value) in &mut told {
            let instead = self.tables_of_b().into_iter().find_map(|(table, b)| {
                let a = self.rows.of(table.oid, Tenant::A)?;
                table.columns.iter().find_map(|c| {
                    let (own, theirs) = (a.get(&c.name)?, b.get(&c.name)?);
                    (own.len() > 3 && own != theirs && value.contains(own)).then(|| value.replace(own, theirs))
                })
            });
            *value = instead.unwrap_or_else(|| value.clone());
        }
        told
    }

    /// Becomes the role as tenant B; `None` where no setting tells the tenant.
    fn enter_as_b(&self) -> Option<String> {
        let told = self.told_by_b();
        let told: String = told.iter().map(|(setting, value)| super::script::set(setting, value)).collect();
        (!told.is_empty()).then(|| self.actor.become_role() + &told)
    }

    /// The INSERT of a draft by the role, with other values for some columns.
    fn insert(&self, table: &Relation, draft: &[(Ident, String)], other: &[(Ident, String)]) -> String {
        self.insert_of(table, draft, other, &self.allowed(table).insert)
    }

    /// The same by who may write every column.
    fn insert_all(&self, table: &Relation, draft: &[(Ident, String)], other: &[(Ident, String)]) -> String {
        self.insert_of(table, draft, other, &BTreeSet::new())
    }

    fn insert_of(&self, table: &Relation, draft: &[(Ident, String)], other: &[(Ident, String)], may: &BTreeSet<Ident>) -> String {
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

/// The plain attack of a command, beside which subtle ones say nothing new.
pub(super) const PLAIN: &str = "rows of the other tenant";

/// All of them.
pub(super) fn all(field: &Field<'_>) -> Vec<Try> {
    let mut all = Vec::new();
    for table in field.model.tables() {
        let b = field.rows.of(table.oid, Tenant::B);
        if let (true, Some(b)) = (field.model.owner(table.oid).is_tenant(), b) {
            reads::of(field, table, b, &mut all);
            copies::of(field, table, b, &mut all);
            oracles::of(field, table, &mut all);
            oracles::leakproof(field, table, b, &mut all);
            sessions::of(field, table, b, &mut all);
            writes::of(field, table, b, &mut all);
            settings::of(field, table, b, &mut all);
            references::of(field, table, b, &mut all);
            cascades::of(field, table, &mut all);
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
    roles::of(field, &mut all);
    outside::of(field, &mut all);
    residuals::of(field, &mut all);
    sessions::inherent(field, &mut all);
    all
}

pub(super) use controls::controls;
pub(super) use settings::fresh;
