//! A policy taken apart: which of its two expressions decides about which command.

use crate::ident::one_line;
use crate::query;
use crate::snapshot::{Policy, Relation};

/// A question that row-level security asks of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Clause {
    /// Which rows are seen.
    Select,
    /// Which rows may be added.
    Insert,
    /// Which rows may be changed.
    UpdateOld,
    /// What they may become.
    UpdateNew,
    /// Which rows may be deleted.
    Delete,
}

const ALL: [Clause; 5] = [Clause::Select, Clause::Insert, Clause::UpdateOld, Clause::UpdateNew, Clause::Delete];

impl Clause {
    /// The clauses a policy answers.
    pub(super) fn of(policy: &Policy) -> impl Iterator<Item = Clause> {
        ALL.into_iter().filter(|c| c.text(policy).is_some())
    }

    /// The expression by which a policy answers it; `None` when the policy is for other commands.
    pub(super) fn text(self, policy: &Policy) -> Option<&str> {
        if policy.command != '*' && policy.command != self.command() {
            return None;
        }
        let (using, check) = (policy.using.as_deref(), policy.check.as_deref());
        match self {
            Clause::Select | Clause::UpdateOld | Clause::Delete => using,
            Clause::Insert | Clause::UpdateNew => check.or(using),
        }
    }

    /// `pg_policy.polcmd` of its command.
    fn command(self) -> char {
        match self {
            Clause::Select => 'r',
            Clause::Insert => 'a',
            Clause::UpdateOld | Clause::UpdateNew => 'w',
            Clause::Delete => 'd',
        }
    }

    /// The privilege without which nobody gets as far as the policy.
    pub(super) fn privilege(self) -> &'static str {
        match self {
            Clause::Select => "SELECT",
            Clause::Insert => "INSERT",
            Clause::UpdateOld | Clause::UpdateNew => "UPDATE",
            Clause::Delete => "DELETE",
        }
    }

    /// For a message.
    pub(super) fn words(self) -> &'static str {
        match self {
            Clause::Select => "SELECT",
            Clause::Insert => "INSERT",
            Clause::UpdateOld => "UPDATE",
            Clause::UpdateNew => "UPDATE (new row)",
            Clause::Delete => "DELETE",
        }
    }
}

/// The clauses that a policy answers with "every row", each with the expression and why it holds.
pub(super) fn always_true(table: &Relation, policy: &Policy) -> Vec<(Clause, String)> {
    let why = |text: &Option<String>| {
        let text = text.as_deref()?;
        let why = query::always_true(text, table)?;
        let shown = one_line(text);
        Some(match shown.as_str() {
            "true" => "(true)".to_owned(),
            s if s.starts_with('(') => format!("{s}, {why}"),
            s => format!("({s}), {why}"),
        })
    };
    let (using, check) = (why(&policy.using), why(&policy.check));
    let of = |clause: Clause| match clause {
        Clause::Insert | Clause::UpdateNew if policy.check.is_some() => check.as_ref().map(|w| format!("WITH CHECK {w}")),
        _ => using.as_ref().map(|w| format!("USING {w}")),
    };
    Clause::of(policy).filter_map(|c| Some((c, of(c)?))).collect()
}
