//! What an attack came to, and what cures it.

use std::collections::BTreeMap;

use super::attacks::{self, Field, Means, PLAIN, Try};
use super::cures::Findings;
use super::outcome::{Attack, Control, Outcome, Verdict};
use super::script::Runs;
use super::stage::{Refusal, Stage};
use crate::snapshot::{Oid, Relation};

/// What became of the control of a relation's command.
#[derive(Debug, Clone)]
pub(super) enum Controlled {
    /// It works.
    Green,
    /// The role may not do it at all, by privilege or for want of a policy.
    Closed,
    /// It should work and does not.
    Red(String),
}

/// Runs the controls.
pub(super) async fn controls(
    stage: &mut Stage,
    field: &Field<'_>,
    outcome: &mut Outcome,
) -> BTreeMap<(Oid, &'static str), Controlled> {
    let mut all = BTreeMap::new();
    for control in attacks::controls(field) {
        let Some(relation) = control.relation.and_then(|oid| field.model.catalog().relations.get(&oid)) else { continue };
        let came_to = match stage.shows(&control.sql).await {
            Ok(true) => Controlled::Green,
            Err(refusal) if is_denied(&refusal) => Controlled::Closed,
            _ if is_closed(relation, field, control.command) => Controlled::Closed,
            Ok(false) => Controlled::Red("the tenant does not reach its own row".to_owned()),
            Err(refusal) => Controlled::Red(refusal.message),
        };
        if !matches!(came_to, Controlled::Closed) {
            outcome.controls.push(Control {
                object: control.object,
                command: control.command,
                role: field.actor.role.raw().to_owned(),
                green: matches!(came_to, Controlled::Green),
                because: if let Controlled::Red(why) = &came_to { Some(why.clone()) } else { None },
            });
        }
        all.insert((relation.oid, control.command), came_to);
    }
    all
}

/// A privilege is missing; a policy that refuses a row says something else.
fn is_denied(refusal: &Refusal) -> bool {
    refusal.code == "42501" && !refusal.message.contains("row-level security policy")
}

/// No permissive policy lets the role do it: that is meant.
fn is_closed(table: &Relation, field: &Field<'_>, command: &str) -> bool {
    let letter = match command {
        "SELECT" => 'r',
        "INSERT" => 'a',
        "UPDATE" => 'w',
        _ => 'd',
    };
    let role = &field.actor.role;
    let member = field.model.catalog().memberships(role);
    let meant = |p: &crate::snapshot::Policy| p.roles.is_empty() || p.roles.iter().any(|r| member.contains(r));
    let opens = |p: &crate::snapshot::Policy| {
        p.permissive && (p.command == '*' || p.command == letter) && meant(p) && !is_false(p.using.as_deref(), p.check.as_deref())
    };
    table.row_security && !table.policies.iter().any(opens)
}

/// `USING (false)`.
fn is_false(using: Option<&str>, check: Option<&str>) -> bool {
    using.or(check) == Some("false")
}

/// Errors by which the server says that such a statement is none here: a view that cannot be written, a command it does not have.
fn is_beside_the_point(refusal: &Refusal) -> bool {
    matches!(refusal.code.as_str(), "55000" | "0A000" | "42809")
}

/// What the server said to an attack; `None` where it could not be run.
pub(super) type Shown = Option<std::result::Result<bool, Refusal>>;

/// Runs an attack.
pub(super) async fn run(stage: &mut Stage, each: &Try) -> Shown {
    match (each.runs, &each.transfer) {
        (Runs::Across, _) => stage.shows_across(&each.sql).await,
        (_, Some(transfer)) => Some(stage.shows_transfer(&each.sql, transfer).await),
        _ => Some(stage.shows(&each.sql).await),
    }
}

/// Notes what an attack came to.
pub(super) fn judge(
    field: &Field<'_>,
    (controls, findings): (&BTreeMap<(Oid, &'static str), Controlled>, &Findings),
    each: &Try,
    shown: Shown,
    outcome: &mut Outcome,
) {
    let Some(shown) = shown else { return };
    let control = each.relation.zip(each.control).and_then(|key| controls.get(&key));
    let (verdict, because) = match (shown, control) {
        (Ok(true), _) if each.means == Means::Inherent => (Verdict::Inherent, None),
        (Ok(true), _) if each.means == Means::Unknown => {
            (Verdict::NotProven, Some("it works, and where it leads is unknown".to_owned()))
        }
        (Ok(true), _) => (Verdict::Leak, None),
        // what the attack's evidence needs, not what the role tried
        (Err(refusal), _) if refusal.message.contains("session_replication_role") => {
            (Verdict::NotProven, Some("its evidence needs a superuser".to_owned()))
        }
        (Err(refusal), _) if is_denied(&refusal) => (Verdict::Held, Some(refusal.message)),
        (Err(refusal), _) if matches!(refusal.code.as_str(), "57014" | "55P03" | "40P01" | "") => {
            (Verdict::NotProven, Some(refusal.message))
        }
        (Err(refusal), None) if is_beside_the_point(&refusal) => return,
        (Err(refusal), None) if each.doubted && !refusal.code.starts_with("42501") => (Verdict::NotProven, Some(refusal.message)),
        (_, Some(Controlled::Red(why))) => (Verdict::NotProven, Some(format!("its positive control is red: {why}"))),
        (Err(refusal), Some(_)) if matches!(refusal.code.as_str(), "42601" | "42703" | "42P01" | "42804") => {
            (Verdict::NotProven, Some(refusal.message))
        }
        (Err(refusal), _) => (Verdict::Held, Some(refusal.message)),
        (Ok(false), _) => (Verdict::Held, None),
    };
    let role = field.actor.role.raw();
    let plainly = |a: &Attack| {
        a.verdict == Verdict::Leak && a.attack == PLAIN && a.object == each.object && a.command == each.command && a.role == role
    };
    if verdict == Verdict::Leak && each.subtle && outcome.attacks.iter().any(plainly) {
        return;
    }
    let relation = each.relation.and_then(|oid| field.model.catalog().relations.get(&oid));
    let cured = (verdict == Verdict::Leak)
        .then(|| findings.cure(each, relation, &field.actor.role, field.model.catalog()))
        .map_or((None, None), |(finding, text)| (finding, Some(text)));
    outcome.attacks.push(Attack {
        object: each.object.clone(),
        command: each.command,
        attack: each.attack.clone(),
        role: role.to_owned(),
        verdict,
        because,
        sql: each.script(),
        finding: cured.0,
        cure: cured.1,
    });
}

/// Of the calls of one function with one verdict the first is kept; one that held somewhere is not doubted for calls that failed.
pub(super) fn merge_functions(outcome: &mut Outcome) {
    let kind = |a: &Attack| (a.object.clone(), a.role.clone(), a.attack.split(',').next().unwrap_or_default().to_owned());
    let mut best: BTreeMap<_, usize> = BTreeMap::new();
    let rank = |v: Verdict| match v {
        Verdict::Leak => 0,
        Verdict::Inherent => 1,
        Verdict::Held => 2,
        Verdict::NotProven => 3,
    };
    for (at, attack) in outcome.attacks.iter().enumerate().filter(|(_, a)| a.command == "EXECUTE") {
        let slot = best.entry(kind(attack)).or_insert(at);
        if rank(attack.verdict) < rank(outcome.attacks[*slot].verdict) {
            *slot = at;
        }
    }
    let keep: std::collections::BTreeSet<usize> = best.into_values().collect();
    let mut at = 0;
    outcome.attacks.retain(|a| {
        let kept = a.command != "EXECUTE" || keep.contains(&at);
        at += 1;
        kept
    });
}
