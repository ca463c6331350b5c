//! What an attack came to, and what cures it.

use std::collections::BTreeMap;

use super::attacks::{self, Field, Means, Try};
use super::outcome::{Attack, Control, Outcome, Verdict};
use super::script::whole;
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

/// Runs an attack and notes its verdict.
pub(super) async fn judge(
    stage: &mut Stage,
    field: &Field<'_>,
    controls: &BTreeMap<(Oid, &'static str), Controlled>,
    each: &Try,
    outcome: &mut Outcome,
) {
    let shown = stage.shows(&each.sql).await;
    let control = each.relation.zip(each.control).and_then(|key| controls.get(&key));
    let (verdict, because) = match (shown, control) {
        (Ok(true), _) if each.means == Means::Inherent => (Verdict::Inherent, None),
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
    let relation = each.relation.and_then(|oid| field.model.catalog().relations.get(&oid));
    let (finding, cure) = if verdict == Verdict::Leak { cure(each, relation) } else { (None, None) };
    outcome.attacks.push(Attack {
        object: each.object.clone(),
        command: each.command,
        attack: each.attack.clone(),
        role: field.actor.role.raw().to_owned(),
        verdict,
        because,
        sql: whole(&each.sql),
        finding: finding.map(str::to_owned),
        cure,
    });
}

/// The check that finds it, and what cures it.
fn cure(each: &Try, relation: Option<&Relation>) -> (Option<&'static str>, Option<String>) {
    let say = |finding, text: &str| (finding, Some(text.to_owned()));
    let Some(table) = relation else {
        return match each.command {
            "EXECUTE" => say(None, "SECURITY INVOKER, or a test of the tenant inside, and search_path = ''"),
            _ => say(None, "take the right or the membership from the role"),
        };
    };
    if !table.is_table() {
        return say(
            None,
            "ALTER VIEW ... SET (security_invoker = true, security_barrier = true); a materialized view belongs to no tenant's role",
        );
    }
    match each.command {
        "TRUNCATE" => say(None, "REVOKE TRUNCATE: no policy binds it"),
        _ if each.attack.starts_with("rows there") => {
            say(None, "correct the rows; validate keys as a role that policies do not bind, or before FORCE")
        }
        "RIGHTS" => say(
            if table.row_security && !table.force_row_security { Some("DBH203") } else { None },
            "the application's role owns nothing and has no such right; FORCE ROW LEVEL SECURITY",
        ),
        _ if each.attack.contains("pointing at") => say(None, "a composite foreign key that holds the tenant"),
        _ if each.attack.contains("taken again") => say(None, "a unique key that begins with the tenant"),
        _ if each.attack.contains("all tenants share") => say(None, "REVOKE writing from the application's role"),
        _ if !table.row_security && !table.policies.is_empty() => {
            say(Some("DBH202"), "ENABLE ROW LEVEL SECURITY: the policies are there")
        }
        _ if !table.row_security => say(Some("DBH201"), "ENABLE ROW LEVEL SECURITY with a policy for the tenant"),
        _ if each.attack.starts_with("CREATE") || !table.force_row_security => {
            say(Some("DBH203"), "FORCE ROW LEVEL SECURITY, or a policy that tests the tenant for every command")
        }
        _ => say(Some("DBH204"), "a policy that tests the tenant for this command, in USING and in WITH CHECK"),
    }
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
