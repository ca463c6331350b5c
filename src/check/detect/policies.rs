//! What the checks of policies share: each policy in force with its conditions taken apart.

use serde_json::Value;

use super::access;
use crate::check::{Finding, Input};
use crate::ident::{Ident, ident_list};
use crate::plan::{Alter, Change};
use crate::query::condition::Condition;
use crate::snapshot::{Policy, Relation};
use crate::tenancy::Place;

/// A policy of a table whose row-level security is on.
pub(super) struct InForce<'i> {
    pub table: &'i Relation,
    pub policy: &'i Policy,
    pub using: Option<Condition>,
    pub check: Option<Condition>,
}

/// Policies in force, in order of names. One whose conditions cannot be read is noted as not looked at.
pub(super) fn in_force<'i>(input: &'i Input) -> Vec<InForce<'i>> {
    let mut found = Vec::new();
    for table in input.snapshot.catalog.by_name().into_iter().filter(|t| t.is_table() && t.extension.is_none() && t.row_security)
    {
        for policy in &table.policies {
            let read = |text: &Option<String>| text.as_deref().map(Condition::parse);
            let (using, check) = (read(&policy.using), read(&policy.check));
            let unread = using.is_none() && check.is_none() || matches!(using, Some(None)) || matches!(check, Some(None));
            if unread {
                input.skip(table, format!("the conditions of the policy {} could not be read", policy.name));
            } else {
                found.push(InForce { table, policy, using: using.flatten(), check: check.flatten() });
            }
        }
    }
    found
}

impl InForce<'_> {
    /// Its conditions with the name of their clause.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &Condition)> {
        [("USING", &self.using), ("WITH CHECK", &self.check)].into_iter().filter_map(|(name, c)| Some((name, c.as_ref()?)))
    }

    /// What a question gives for all conditions, each once.
    pub fn all<T: Ord>(&self, ask: impl Fn(&Condition) -> Vec<T>) -> Vec<T> {
        let mut found: Vec<T> = self.conditions().flat_map(|(_, c)| ask(c)).collect();
        found.sort();
        found.dedup();
        found
    }

    /// A finding about the policy.
    pub fn finding(&self, input: &Input, message: impl Into<String>) -> Finding {
        let text = |t: &Option<String>| t.as_deref().map_or(Value::Null, Value::from);
        input
            .finding(format!("{}.{}", self.table.name, self.policy.name), &[], message)
            .with("table", self.table.name.to_string())
            .with("policy", self.policy.name.to_string())
            .with("permissive", self.policy.permissive)
            .with("command", self.command())
            .with("roles", self.policy.roles.iter().map(Ident::to_string).collect::<Vec<_>>())
            .with("using", text(&self.policy.using))
            .with("check", text(&self.policy.check))
    }

    /// `public.invoice: the policy own`
    pub fn subject(&self) -> String {
        format!("{}: the policy {}", self.table.name, self.policy.name)
    }

    /// `ALL`, `SELECT` ...
    pub fn command(&self) -> &'static str {
        match self.policy.command {
            'r' => "SELECT",
            'a' => "INSERT",
            'w' => "UPDATE",
            'd' => "DELETE",
            _ => "ALL",
        }
    }

    /// Whether it answers for a command (`SELECT`, ...).
    pub fn is_for(&self, command: &str) -> bool {
        self.policy.command == '*' || self.command() == command
    }

    /// Roles for a message.
    pub fn roles(&self) -> String {
        if self.policy.roles.is_empty() { "PUBLIC".to_owned() } else { ident_list(&self.policy.roles) }
    }

    /// The column that holds the tenant.
    pub fn key(&self, input: &Input) -> Option<Ident> {
        key(input, self.table)
    }

    /// The change that rewrites it so that the session is asked safely and once.
    pub fn rewritten(&self) -> Option<Change> {
        Alter::policy(self.table, self.policy).map(Change::Alter)
    }

    /// Whether the policy reaches a role: it names it, one it is a member of, or PUBLIC.
    pub fn reaches(&self, input: &Input, role: &Ident) -> bool {
        self.policy.roles.is_empty() || self.policy.roles.iter().any(|r| access::is_member(input, role, r))
    }
}

/// The column that holds the tenant: in a table that has one, and in the partitions of such a table.
pub(super) fn key(input: &Input, table: &Relation) -> Option<Ident> {
    let mut at = table;
    loop {
        match (input.tenancy.place(at.oid), at.partition_of) {
            (Some(Place::Keyed(key)), _) => return Some(key.clone()),
            (None, Some(parent)) => at = input.snapshot.catalog.relations.get(&parent)?,
            _ => return None,
        }
    }
}

/// Whether a restrictive policy of the table that names this column narrows a command for everybody that `policy` reaches.
pub(super) fn has_floor(input: &Input, all: &[InForce], of: &InForce, command: &str, column: &Ident) -> bool {
    all.iter().filter(|p| p.table.oid == of.table.oid && !p.policy.permissive && p.is_for(command)).any(|p| {
        let covers =
            p.policy.roles.is_empty() || !of.policy.roles.is_empty() && of.policy.roles.iter().all(|r| p.reaches(input, r));
        covers && p.conditions().any(|(_, c)| c.columns().iter().any(|n| n == column.raw()))
    })
}
