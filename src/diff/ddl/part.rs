//! What hangs on a relation and is small: triggers, rules, policies, extended statistics.

use crate::diff::draft::Draft;
use crate::ident::Ident;
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::{Kind, Object, Policy, Rule, Statistics, Trigger};

/// `ENABLE REPLICA TRIGGER x`.
fn state(what: &str, enabled: char, name: &Ident) -> String {
    let way = match enabled {
        'D' => "DISABLE",
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    format!("{way} {what} {name}")
}

fn alter_table(kind: Kind) -> &'static str {
    if kind == Kind::ForeignTable { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" }
}

fn set_state(object: &Object, kind: Kind, what: &str, enabled: char) -> Draft {
    let table = object.id.name_sql();
    // only here: a partition's copies have a state of their own
    let sql = format!(
        "{} {}{table} {}",
        alter_table(kind),
        if kind == Kind::Table { "ONLY " } else { "" },
        state(what, enabled, &object.id.part_name())
    );
    Draft::new(sql).locking(LockMode::ShareRowExclusive, &table)
}

pub(super) fn create_trigger(object: &Object, t: &Trigger) -> Vec<Draft> {
    let table = object.id.name_sql();
    let mut drafts = Vec::new();
    if !t.cloned {
        drafts.push(Draft::new(&*t.definition).locking(LockMode::ShareRowExclusive, &table));
    }
    if t.enabled != 'O' && !t.cloned {
        drafts.push(set_state(object, t.table_kind, "TRIGGER", t.enabled));
    }
    drafts
}

/// The state of a partition's copy, which is there when the partition is attached.
pub(super) fn late_trigger(old: Option<&Trigger>, object: &Object, t: &Trigger) -> Vec<Draft> {
    if t.cloned && old.is_none() { vec![set_state(object, t.table_kind, "TRIGGER", t.enabled)] } else { Vec::new() }
}

pub(super) fn alter_trigger(object: &Object, a: &Trigger, b: &Trigger, major: u32) -> Option<Vec<Draft>> {
    if a.definition != b.definition {
        // constraint triggers cannot be replaced, nor can any before 14
        let rest = b.definition.strip_prefix("CREATE TRIGGER ").filter(|_| major >= 14 && !b.cloned && !a.cloned)?;
        a.definition.strip_prefix("CREATE TRIGGER ")?;
        let sql = format!("CREATE OR REPLACE TRIGGER {rest}");
        let mut drafts = vec![Draft::new(sql).locking(LockMode::ShareRowExclusive, object.id.name_sql())];
        if b.enabled != 'O' || a.enabled != 'O' {
            drafts.push(set_state(object, b.table_kind, "TRIGGER", b.enabled));
        }
        return Some(drafts);
    }
    Some(if a.enabled == b.enabled { Vec::new() } else { vec![set_state(object, b.table_kind, "TRIGGER", b.enabled)] })
}

pub(super) fn drop_trigger(object: &Object, t: &Trigger) -> Vec<Draft> {
    let table = object.id.name_sql();
    if t.cloned {
        return vec![set_state(object, t.table_kind, "TRIGGER", 'O')];
    }
    vec![Draft::new(format!("DROP TRIGGER {}", object.id.sql())).locking(LockMode::AccessExclusive, &table)]
}

pub(super) fn create_rule(object: &Object, r: &Rule) -> Vec<Draft> {
    let mut drafts = vec![Draft::new(&*r.definition).locking(LockMode::AccessExclusive, object.id.name_sql())];
    if r.enabled != 'O' {
        drafts.push(set_state(object, r.table_kind, "RULE", r.enabled));
    }
    drafts
}

pub(super) fn alter_rule(object: &Object, a: &Rule, b: &Rule) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if a.definition != b.definition {
        let replaced = b.definition.replacen("CREATE RULE", "CREATE OR REPLACE RULE", 1);
        drafts.push(Draft::new(replaced).locking(LockMode::AccessExclusive, object.id.name_sql()));
    }
    if a.enabled != b.enabled {
        drafts.push(set_state(object, b.table_kind, "RULE", b.enabled));
    }
    drafts
}

fn roles(policy: &Policy) -> String {
    if policy.roles.is_empty() { "PUBLIC".to_owned() } else { crate::ident::ident_list(&policy.roles) }
}

pub(super) fn create_policy(object: &Object, p: &Policy) -> Vec<Draft> {
    let table = object.id.name_sql();
    let command = match p.command {
        'r' => "SELECT",
        'a' => "INSERT",
        'w' => "UPDATE",
        'd' => "DELETE",
        _ => "ALL",
    };
    let mut sql = format!("CREATE POLICY {}", object.id.sql());
    if !p.permissive {
        sql.push_str(" AS RESTRICTIVE");
    }
    sql.push_str(&format!(" FOR {command} TO {}", roles(p)));
    if let Some(using) = &p.using {
        sql.push_str(&format!("\n    USING ({using})"));
    }
    if let Some(check) = &p.check {
        sql.push_str(&format!("\n    WITH CHECK ({check})"));
    }
    vec![Draft::new(sql).locking(LockMode::AccessExclusive, &table).hazard(Hazard::ChangesAccess)]
}

pub(super) fn alter_policy(object: &Object, a: &Policy, b: &Policy) -> Option<Vec<Draft>> {
    let lost = |old: &Option<String>, new: &Option<String>| old.is_some() && new.is_none();
    if a.permissive != b.permissive || a.command != b.command || lost(&a.using, &b.using) || lost(&a.check, &b.check) {
        return None;
    }
    let mut sql = format!("ALTER POLICY {}", object.id.sql());
    if a.roles != b.roles {
        sql.push_str(&format!(" TO {}", roles(b)));
    }
    if let Some(using) = b.using.as_ref().filter(|_| a.using != b.using) {
        sql.push_str(&format!("\n    USING ({using})"));
    }
    if let Some(check) = b.check.as_ref().filter(|_| a.check != b.check) {
        sql.push_str(&format!("\n    WITH CHECK ({check})"));
    }
    Some(vec![Draft::new(sql).locking(LockMode::AccessExclusive, object.id.name_sql()).hazard(Hazard::ChangesAccess)])
}

pub(super) fn create_statistics(object: &Object, s: &Statistics) -> Vec<Draft> {
    let mut drafts = vec![Draft::new(&*s.definition).locking(LockMode::ShareUpdateExclusive, &s.table)];
    if let Some(target) = s.target {
        drafts.push(target_of(object, target));
    }
    drafts
}

fn target_of(object: &Object, target: i32) -> Draft {
    Draft::new(format!("ALTER STATISTICS {} SET STATISTICS {target}", object.id.sql()))
}

pub(super) fn alter_statistics(object: &Object, a: &Statistics, b: &Statistics) -> Option<Vec<Draft>> {
    if a.definition != b.definition || a.table != b.table {
        return None;
    }
    Some(if a.target == b.target { Vec::new() } else { vec![target_of(object, b.target.unwrap_or(-1))] })
}
