//! What a proof has to say, put together once; `report::isolation` shows it in several forms.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::ServerLine;

/// What an attack came to, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Verdict {
    /// The tenant reached another one.
    #[serde(rename = "leak")]
    Leak,
    /// It could not be tried, or what it needs to be believed (a positive control) failed.
    #[serde(rename = "not proven")]
    NotProven,
    /// It succeeds in any database of this shape: a residual of PostgreSQL, to be known.
    #[serde(rename = "inherent")]
    Inherent,
    /// The tenant reached nothing.
    #[serde(rename = "held")]
    Held,
}

impl Verdict {
    /// As JSON says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Leak => "leak",
            Verdict::NotProven => "not proven",
            Verdict::Inherent => "inherent",
            Verdict::Held => "held",
        }
    }
}

/// An attack and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Attack {
    /// The object, SQL-quoted: `public.invoice`, `public.total(uuid)`, `database`.
    pub object: String,
    /// The command: `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, `EXECUTE`, `RIGHTS`.
    pub command: &'static str,
    /// What is tried, in a few words.
    pub attack: String,
    /// The application's role that tried it.
    pub role: String,
    /// What it came to.
    pub verdict: Verdict,
    /// Why, where the verdict alone does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The script that reproduces it, run by a superuser after the outcome's `setup`: a leak ends with the row `leak`.
    pub sql: String,
    /// The check whose finding cures it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// What cures it, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
}

/// A positive control: what a tenant must be able to do with rows of its own.
#[derive(Debug, Clone, Serialize)]
pub struct Control {
    /// The relation.
    pub object: String,
    /// The command.
    pub command: &'static str,
    /// The role.
    pub role: String,
    /// It works.
    pub green: bool,
    /// What the server said where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// Something that could not be proven as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotProven {
    /// What.
    pub what: String,
    /// Why.
    pub because: String,
    /// What would let it be proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
    /// Acknowledged in the config: the exit code does not speak of it.
    pub acknowledged: bool,
}

/// How the tenant is told to the database.
#[derive(Debug, Clone, Serialize)]
pub struct Teller {
    /// The setting; `None` where the role itself is the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Where that was seen.
    pub seen_in: String,
}

/// Counts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Attacks tried.
    pub attacks: usize,
    /// Leaks.
    pub leak: usize,
    /// Held.
    pub held: usize,
    /// Inherent.
    pub inherent: usize,
    /// Not proven.
    pub not_proven: usize,
    /// Positive controls that are green.
    pub controls_green: usize,
    /// Positive controls.
    pub controls: usize,
}

/// Everything an output shows.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// Version of dbharden.
    pub dbharden: String,
    /// The original.
    pub server: ServerLine,
    /// Hash of the objects with their owners, privileges and policies; empty where they were not read.
    pub schema_hash: String,
    /// Where it was proven: `copy`, `in place`.
    pub place: &'static str,
    /// Roles of the application that were tried.
    pub roles: Vec<String>,
    /// How a role was found.
    pub role_from: String,
    /// How the tenant is told.
    pub tenant: Vec<Teller>,
    /// Names of the tenant's key.
    pub keys: Vec<String>,
    /// Statements that fill an empty copy of the schema, in order.
    pub setup: String,
    /// Every attack, by object.
    pub attacks: Vec<Attack>,
    /// Every positive control, by object.
    pub controls: Vec<Control>,
    /// What could not be proven as a whole.
    pub not_proven: Vec<NotProven>,
    /// In what the copy is not as the original, and what is assumed.
    pub notes: Vec<String>,
    /// Counts.
    pub summary: Summary,
}

impl Outcome {
    /// Sorts and counts.
    pub(super) fn finish(&mut self) {
        self.attacks.sort_by(|a, b| (&a.object, a.command, &a.attack, &a.role).cmp(&(&b.object, b.command, &b.attack, &b.role)));
        self.controls.sort_by(|a, b| (&a.object, a.command, &a.role).cmp(&(&b.object, b.command, &b.role)));
        self.not_proven.sort();
        self.not_proven.dedup();
        let count = |v| self.attacks.iter().filter(|a| a.verdict == v).count();
        self.summary = Summary {
            attacks: self.attacks.len(),
            leak: count(Verdict::Leak),
            held: count(Verdict::Held),
            inherent: count(Verdict::Inherent),
            not_proven: count(Verdict::NotProven),
            controls_green: self.controls.iter().filter(|c| c.green).count(),
            controls: self.controls.len(),
        };
    }

    /// Something leaks.
    pub fn leaks(&self) -> bool {
        self.summary.leak > 0
    }

    /// Something is not proven that nobody acknowledged.
    pub fn lacks(&self) -> bool {
        self.not_proven.iter().any(|n| !n.acknowledged) || self.attacks.iter().any(|a| a.verdict == Verdict::NotProven)
    }

    /// The matrix: object, command, the worst verdict.
    pub fn matrix(&self) -> BTreeMap<&str, BTreeMap<&'static str, Verdict>> {
        let mut matrix: BTreeMap<&str, BTreeMap<&'static str, Verdict>> = BTreeMap::new();
        for attack in &self.attacks {
            let cell = matrix.entry(&attack.object).or_default().entry(attack.command).or_insert(attack.verdict);
            *cell = (*cell).min(attack.verdict);
        }
        matrix
    }
}
