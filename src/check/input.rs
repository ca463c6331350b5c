//! What a detector is given, and the way it makes findings.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::{Check, Confidence, Finding, Severity, Skipped};
use crate::advise::search::Advice;
use crate::config::Config;
use crate::ident::{Ident, one_line};
use crate::original::Today;
use crate::plan::Change;
use crate::query::Analyzed;
use crate::snapshot::{Relation, Snapshot};
use crate::tenancy::Tenancy;

/// One row of a check's `find.sql`.
pub type Row = Map<String, Value>;

/// Everything a detector may look at. It is all derived from the snapshot and the config, so detectors are pure.
pub struct Input<'a> {
    /// What was read.
    pub snapshot: &'a Snapshot,
    /// The user's settings.
    pub config: &'a Config,
    /// The workload's statements, analysed.
    pub workload: &'a [Analyzed<'a>],
    /// Whose rows are whose.
    pub tenancy: &'a Tenancy,
    /// The check itself.
    pub check: &'a Check,
    /// Rows of its `find.sql`.
    pub rows: &'a [Row],
    /// Index advice that plans have proven, in the twin or with HypoPG.
    pub advice: Option<&'a Advice>,
    /// Plans of today, where the database was asked for them in place of a twin.
    pub today: Option<&'a Today>,
    /// What the detector could not judge; see [`Input::skip`].
    pub(super) skipped: RefCell<Vec<Skipped>>,
}

impl Input<'_> {
    /// A finding of this check; add to it with the `with_` methods.
    pub fn finding(&self, object: impl Into<String>, columns: &[Ident], message: impl Into<String>) -> Finding {
        let object = object.into();
        Finding {
            id: self.check.about.id.clone(),
            check: self.check.about.name.clone(),
            group: self.check.group.clone(),
            severity: self.check.about.severity,
            confidence: Confidence::Normal,
            fingerprint: Finding::fingerprint_of(&self.check.about.name, &object, columns),
            object,
            columns: columns.to_vec(),
            message: one_line(&message.into()),
            evidence: Map::new(),
            saves_ms_per_day: None,
            migration: None,
            fix: None,
        }
    }

    /// Notes something that this check looks for and cannot judge here: it must not pass for clean.
    pub fn skip(&self, relation: &Relation, because: impl Into<String>) {
        self.skipped.borrow_mut().push(Skipped {
            check: Some(self.check.about.name.clone()),
            object: Some(relation.name.to_string()),
            because: because.into(),
            cure: None,
            acknowledged: false,
        });
    }

    /// Notes that this check was not run at all; `known` where nobody asked for it and nobody relies on it.
    pub fn skip_all(&self, because: &str, cure: &str, known: bool) {
        self.skipped.borrow_mut().push(Skipped {
            check: Some(self.check.about.name.clone()),
            object: None,
            because: because.to_owned(),
            cure: Some(cure.to_owned()),
            acknowledged: known,
        });
    }

    /// A finding about a relation.
    pub fn finding_on(&self, relation: &Relation, columns: &[Ident], message: impl Into<String>) -> Finding {
        let name = relation.name.to_string();
        self.finding(name.clone(), columns, message).with("table", name)
    }

    /// A whole-number option of this check.
    pub fn integer(&self, option: &str) -> i64 {
        self.option(option).and_then(|v| v.as_integer()).unwrap_or_default()
    }

    /// A number option of this check.
    pub fn number(&self, option: &str) -> f64 {
        self.option(option).and_then(|v| v.as_float().or_else(|| v.as_integer().map(|i| i as f64))).unwrap_or_default()
    }

    /// A list of texts of this check.
    pub fn strings(&self, option: &str) -> Vec<String> {
        let list = self.option(option).and_then(|v| v.as_array());
        list.into_iter().flatten().filter_map(|v| v.as_str()).map(str::to_owned).collect()
    }

    /// Whether an option of this check is set.
    pub fn is_set(&self, option: &str) -> bool {
        self.option(option).and_then(|v| v.as_bool()).unwrap_or_default()
    }

    fn option(&self, option: &str) -> Option<&toml::Value> {
        let set = self.config.checks.get(&self.check.about.name).and_then(|c| c.get(option));
        set.or_else(|| self.check.about.options.get(option).map(|o| &o.default))
    }

    /// Days over which the workload was counted, at least one hour; `None` when nobody knows since when.
    pub fn workload_days(&self) -> Option<f64> {
        Some(self.snapshot.workload.seconds_until(self.snapshot.taken_at)? / 86_400.0)
    }

    /// Days over which tables and indexes were counted.
    pub fn activity_days(&self) -> f64 {
        // Counters that were never reset start with the cluster at the latest; its start is the safe lower bound.
        let since = self.snapshot.database.stats_reset.unwrap_or(self.snapshot.server.started_at);
        (self.snapshot.taken_at - since).max(0) as f64 / 86_400.0
    }
}

impl Finding {
    /// Adds a piece of evidence.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.evidence.insert(key.to_owned(), value.into());
        self
    }

    /// Another severity than the check's own.
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The change that cures it.
    pub fn with_fix(mut self, fix: Change) -> Self {
        self.fix = Some(fix);
        self
    }

    /// What curing it saves.
    pub fn with_saving(mut self, ms_per_day: Option<f64>) -> Self {
        self.saves_ms_per_day = ms_per_day.filter(|ms| *ms > 0.0);
        self
    }
}
