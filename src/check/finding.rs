//! One finding: what is wrong with which object, how that is known, and the change that would cure it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::hash;
use crate::ident::Ident;
use crate::plan::Change;

/// How bad it is. Order: the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; does not fail a build by default.
    Info,
    /// Costs time or is a danger.
    Warning,
    /// Wrong now: data at risk, writes about to fail.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// How far to trust a finding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The figures are too few or too young: look again on production.
    Low,
    /// As good as the evidence in it.
    #[default]
    Normal,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Frozen id of the check: `DBH101`.
    pub id: String,
    /// Its name: `unindexed-foreign-key`.
    pub check: String,
    /// Its group: `index`.
    pub group: String,
    /// How bad it is.
    pub severity: Severity,
    /// How far to trust it.
    pub confidence: Confidence,
    /// SQL-quoted object: `public."Lead"`, `public."Lead"."Lead_userId_fkey"`; `database` for the whole of it.
    pub object: String,
    /// The columns it is about, in order.
    pub columns: Vec<Ident>,
    /// One sentence: what is wrong.
    pub message: String,
    /// The figures and names behind it.
    pub evidence: Map<String, Value>,
    /// Milliseconds of database time a day that curing it is estimated to save.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saves_ms_per_day: Option<f64>,
    /// Hash of check, object and columns: the same finding tomorrow, whatever its figures.
    pub fingerprint: String,
    /// Name of the migration that cures it; `None` when there is no generator (yet) or a person must decide.
    pub migration: Option<String>,
    /// The change that cures it.
    #[serde(skip)]
    pub fix: Option<Change>,
}

impl Finding {
    /// The table part of [`Finding::object`], by which findings are grouped on screen.
    pub fn table(&self) -> &str {
        self.evidence.get("table").and_then(Value::as_str).unwrap_or(&self.object)
    }

    /// The fingerprint of a finding of `check` on this object and these columns.
    pub fn fingerprint_of(check: &str, object: &str, columns: &[Ident]) -> String {
        let mut parts = vec![check, object];
        parts.extend(columns.iter().map(Ident::raw));
        hash::hash(&parts)[..16].to_owned()
    }

    /// The order in which findings are listed: most milliseconds saved, then worst, then by check and object.
    pub fn listing_order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
        let saved = |f: &Finding| f.saves_ms_per_day.unwrap_or(0.0);
        (saved(b).total_cmp(&saved(a)))
            .then_with(|| b.severity.cmp(&a.severity))
            .then_with(|| a.check.cmp(&b.check))
            .then_with(|| a.object.cmp(&b.object))
            .then_with(|| a.columns.cmp(&b.columns))
    }
}
