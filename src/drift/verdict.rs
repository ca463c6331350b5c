//! What differs, said for people and programs.

use std::collections::BTreeMap;

use similar::TextDiff;

use super::check::Sides;
use super::ending::Rename;
use super::outcome::{Change, Evidence, Finding, Ignored, Outcome, Summary};
use crate::check::Severity;
use crate::config::DriftIgnore;
use crate::diff::{self, Difference, Facet, Scope, What};
use crate::hash;
use crate::report::ServerLine;
use crate::snapshot::objects::{Id, Kind, Objects};

/// Lines around a change in a unified diff.
const AROUND: usize = 3;

/// Compares both sides. `now` is the time by which ignores expire, seconds since 1970.
pub fn verdict(sides: &Sides, ignores: &[DriftIgnore], server: ServerLine, now: i64) -> Outcome {
    let owner = |id: &Id| sides.compares_owner(id);
    let grants = |id: &Id| sides.compares_grants(id);
    let differences = diff::compare(&sides.live, &sides.desired, &sides.scope(&owner, &grants));
    let renamed = renames(&differences, &sides.live, &sides.desired);
    let mut diffs: BTreeMap<Id, String> = BTreeMap::new();
    let mut outcome = Outcome {
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        server,
        desired: sides.about.clone(),
        skipped: sides.skipped.clone(),
        notes: sides.notes.clone(),
        ..Outcome::default()
    };
    let mut expired = Vec::new();
    for difference in differences {
        let relation = relation_of(&difference.id, sides);
        let text = match &relation {
            // told once, at the relation
            Some(relation) if diffs.contains_key(relation) => String::new(),
            Some(relation) => unified(relation, sides),
            None => unified(&difference.id, sides),
        };
        diffs.entry(relation.unwrap_or_else(|| difference.id.clone())).or_insert_with(|| text.clone());
        let other = renamed.get(&difference.id).map(|id| id.path());
        let finding = finding(difference, sides, text, other);
        match ignores.iter().find(|i| i.covers(&finding)) {
            Some(i) if i.expired(now) => {
                expired.push(format!("the ignore of {} ({}) has expired", i.object, i.reason));
                outcome.findings.push(finding);
            }
            Some(i) => outcome.ignored.push(Ignored { finding, reason: i.reason.clone() }),
            None => outcome.findings.push(finding),
        }
    }
    outcome.findings.extend(sides.renames.iter().map(renamed_finding));
    expired.sort();
    expired.dedup();
    outcome.notes.extend(expired);
    outcome.summary = summary(sides, &outcome);
    outcome
}

fn finding(difference: Difference, sides: &Sides, diff: String, renamed: Option<String>) -> Finding {
    let Difference { id, what } = difference;
    let (change, facets) = match what {
        What::OnlyFrom => (Change::Unexpected, Vec::new()),
        What::OnlyTo => (Change::Missing, Vec::new()),
        What::Changed(facets) => (Change::Changed, facets),
    };
    let since = since(&id, &sides.touched);
    let (code, word) = match change {
        Change::Missing => ("DBH901", "missing"),
        Change::Unexpected => ("DBH902", "unexpected"),
        Change::Changed => ("DBH903", "changed"),
    };
    let message = match change {
        Change::Missing => format!("{id} is missing in the database"),
        Change::Unexpected => format!("{id} is in the database, and nothing of the desired schema makes it"),
        Change::Changed => format!("{id} differs in {}", facet_names(&facets)),
    };
    let kind = serde_json::to_string(&id.kind).unwrap_or_default();
    Finding {
        id: code,
        check: "drift",
        severity: Severity::Error,
        object: id.path(),
        relation: shown_under(&id, sides),
        kind: id.kind,
        message,
        fingerprint: hash::hash(&["drift", &kind, &id.path(), word])[..16].to_owned(),
        evidence: Evidence { change, facets, since, diff, renamed },
        migration: None,
    }
}

/// A rename that the user named: the database still has the old name.
fn renamed_finding(rename: &Rename) -> Finding {
    let (from, to) = (rename.live.to_string(), rename.desired.to_string());
    let kind = rename.kind;
    Finding {
        id: "DBH903",
        check: "drift",
        severity: Severity::Error,
        object: rename.path.clone(),
        relation: None,
        kind,
        message: format!("{kind} {} is called {to} by the files", rename.path),
        fingerprint: hash::hash(&["drift", "rename", &rename.path])[..16].to_owned(),
        evidence: Evidence {
            change: Change::Changed,
            facets: vec![Facet { name: "name".to_owned(), from: Some(from), to: Some(to) }],
            since: None,
            diff: String::new(),
            renamed: None,
        },
        migration: None,
    }
}

fn facet_names(facets: &[Facet]) -> String {
    facets.iter().map(|f| f.name.replace('_', " ")).collect::<Vec<_>>().join(", ")
}

/// The relation that a difference is listed under.
fn shown_under(id: &Id, sides: &Sides) -> Option<String> {
    if id.kind.is_part() {
        return Some(id.name_sql());
    }
    let object = sides.live.get(id).or_else(|| sides.desired.get(id))?;
    object.on().map(|relation| relation.name_sql())
}

/// The relation that an object is shown with.
fn relation_of(id: &Id, sides: &Sides) -> Option<Id> {
    if id.kind == Kind::Column {
        let kinds = [Kind::Table, Kind::ForeignTable, Kind::View, Kind::MaterializedView];
        let named = kinds.map(|kind| Id::new(kind, &id.schema, &id.name));
        return named.into_iter().find(|n| sides.live.all.contains_key(n) || sides.desired.all.contains_key(n));
    }
    None
}

/// The last migration that names it, or what it hangs on.
fn since(id: &Id, touched: &BTreeMap<String, String>) -> Option<String> {
    let (schema, name) = (id.schema.raw(), id.name.raw());
    let mut keys = Vec::new();
    if id.kind.is_part() {
        keys.extend([format!("{schema}.{name}.{}", id.part), format!("{name}.{}", id.part), id.part.clone()]);
    }
    keys.extend([format!("{schema}.{name}"), name.to_owned()]);
    keys.iter().find_map(|k| touched.get(k).cloned())
}

/// Both definitions of an object against each other, the live one first.
fn unified(id: &Id, sides: &Sides) -> String {
    let text = |side: &Objects| diff::definition(id, side, &Scope::WHOLE);
    let (live, desired) = (text(&sides.live), text(&sides.desired));
    if live == desired {
        return String::new();
    }
    let diff = TextDiff::from_lines(&live, &desired);
    diff.unified_diff().context_radius(AROUND).header("live", "desired").to_string()
}

/// Pairs that look like one object under two names: the same kind, the same in everything but the name, and no other that does.
fn renames(differences: &[Difference], live: &Objects, desired: &Objects) -> BTreeMap<Id, Id> {
    /// Objects of one form on the live side, and on the other.
    type Pairs<'i> = (Vec<&'i Id>, Vec<&'i Id>);
    let mut forms: BTreeMap<(Kind, String), Pairs<'_>> = BTreeMap::new();
    for d in differences {
        let side = match d.what {
            What::OnlyFrom => live,
            What::OnlyTo => desired,
            What::Changed(_) => continue,
        };
        let Some(form) = diff::form(&d.id, side) else { continue };
        let pair = forms.entry((d.id.kind, form)).or_default();
        if d.what == What::OnlyFrom { pair.0.push(&d.id) } else { pair.1.push(&d.id) }
    }
    let single = forms.into_values().filter_map(|(a, b)| match (a.as_slice(), b.as_slice()) {
        ([a], [b]) => Some([((*a).clone(), (*b).clone()), ((*b).clone(), (*a).clone())]),
        _ => None,
    });
    single.flatten().collect()
}

fn summary(sides: &Sides, outcome: &Outcome) -> Summary {
    let count = |change| outcome.findings.iter().filter(|f| f.evidence.change == change).count();
    let (mut owners, mut grants) = (0, 0);
    if sides.owners.is_some() {
        let (owner, grant) = (|id: &Id| !sides.compares_owner(id), |id: &Id| !sides.compares_grants(id));
        let scope = sides.scope(&owner, &grant);
        for d in diff::compare(&sides.live, &sides.desired, &scope) {
            if let What::Changed(facets) = d.what {
                owners += facets.iter().filter(|f| f.name == "owner").count();
                grants += facets.iter().filter(|f| f.name == "grants").count();
            }
        }
    }
    Summary {
        objects: sides.live.all.len().max(sides.desired.all.len()),
        missing: count(Change::Missing),
        unexpected: count(Change::Unexpected),
        changed: count(Change::Changed),
        ignored: outcome.ignored.len(),
        owners_not_compared: owners,
        grants_not_compared: grants,
    }
}
