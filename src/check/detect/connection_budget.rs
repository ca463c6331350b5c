//! `connection-budget`: the connections that clients may open against the slots that the server has.
//!
//! Three independent signs make one finding for the database: what the configuration lets the application open, what was open when
//! we looked, and how fast sessions come and go.

mod advice;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::figures::{count, rounded, thousands};
use crate::check::{Finding, Input, Severity};
use crate::ident::one_line;
use crate::snapshot::Snapshot;

/// Groups of sessions shown as evidence.
const SHOWN: usize = 10;
/// Counters of fewer sessions, or of less time (seconds), say nothing about churn.
const CHURN_SESSIONS: i64 = 10_000;
const CHURN_SECONDS: f64 = 3_600.0;
/// In use, this share of the slots leaves no room for one more instance: an error, not a warning.
const NEARLY_FULL: f64 = 0.95;

/// Slots of the server.
struct Slots {
    max: i64,
    reserved: i64,
}

impl Slots {
    fn of(snapshot: &Snapshot) -> Option<Self> {
        let number = |name: &str| snapshot.settings.get(name).and_then(|s| s.value.parse::<i64>().ok());
        let max = number("max_connections")?;
        // the second exists from 16 on
        let reserved = number("superuser_reserved_connections").unwrap_or(3) + number("reserved_connections").unwrap_or(0);
        Some(Self { max, reserved })
    }

    /// What ordinary roles may use.
    fn usable(&self) -> i64 {
        (self.max - self.reserved).max(1)
    }
}

/// What the configuration lets the application open.
struct Demand {
    instances: i64,
    pools: i64,
    limit: i64,
}

impl Demand {
    /// `None` when no limit is configured: what pools open by default hangs on the client's machine.
    fn of(input: &Input) -> Option<Self> {
        let c = &input.config.connections;
        let limit = c.connection_limit.filter(|n| *n > 0)?;
        Some(Self { instances: c.instances.unwrap_or(1).max(1), pools: c.pools.unwrap_or(1).max(1), limit })
    }

    fn total(&self) -> i64 {
        self.instances.saturating_mul(self.pools).saturating_mul(self.limit)
    }
}

/// How sessions come and go (14+).
struct Churn {
    per_second: f64,
    mean_life_s: f64,
    abandoned: Option<i64>,
    sessions: i64,
}

impl Churn {
    fn of(input: &Input) -> Option<Self> {
        let database = &input.snapshot.database;
        let (sessions, mean_ms) = (database.sessions?, database.mean_session_ms?);
        // without a reset on record the age of the counters is not known, and neither is a rate
        let seconds = (input.snapshot.taken_at - database.stats_reset?) as f64;
        let enough = sessions >= CHURN_SESSIONS && seconds >= CHURN_SECONDS;
        enough.then(|| Self {
            per_second: sessions as f64 / seconds,
            mean_life_s: mean_ms / 1_000.0,
            abandoned: database.sessions_abandoned,
            sessions,
        })
    }
}

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    finding(input).into_iter().collect()
}

fn finding(input: &Input) -> Option<Finding> {
    let slots = Slots::of(input.snapshot)?;
    let demand = Demand::of(input);
    // sessions without a database are background processes
    let connected: i64 = input.snapshot.connections.iter().filter(|g| g.database.is_some()).map(|g| g.sessions).sum();
    let in_use = connected as f64 / slots.usable() as f64;
    let churn = Churn::of(input);
    let is_churning =
        |c: &&Churn| c.per_second >= input.number("churn_per_second") && c.mean_life_s <= input.number("churn_life_seconds");

    let mut reasons = Vec::new();
    let mut severity = Severity::Info;
    let all = format!("{} (max_connections {} less {} reserved)", thousands(slots.usable() as f64), slots.max, slots.reserved);
    if let Some(d) = demand.as_ref().filter(|d| d.total() > slots.usable()) {
        let instances = if d.instances == 1 { "from one process".to_owned() } else { format!("x {} instances", d.instances) };
        reasons.push(format!(
            "{} x {} connections {instances} = {}, and the server has {all} for all clients",
            count(d.pools, "pool"),
            d.limit,
            thousands(d.total() as f64),
        ));
        severity = Severity::Warning;
    }
    if in_use > input.number("max_share") {
        reasons.push(format!("{} are open of {all}: {:.0} %", count(connected, "session"), in_use * 100.0));
        severity = if in_use >= NEARLY_FULL { Severity::Error } else { severity.max(Severity::Warning) };
    }
    if let Some(c) = churn.as_ref().filter(is_churning) {
        let life =
            if c.mean_life_s < 1.0 { format!("{:.0} ms", c.mean_life_s * 1_000.0) } else { format!("{:.1} s", c.mean_life_s) };
        reasons.push(format!(
            "{:.1} sessions are opened a second and live {life} on average: connections are opened per request, not pooled",
            c.per_second
        ));
    }
    if reasons.is_empty() {
        return None;
    }
    let instances = input.config.connections.instances.unwrap_or(1).max(1);
    let plan = advice::plan(slots.usable(), instances);
    let mut finding = input
        .finding("database", &[], format!("connections: {}", reasons.join("; ")))
        .with_severity(severity)
        .with("max_connections", slots.max)
        .with("reserved", slots.reserved)
        .with("usable", slots.usable())
        .with("sessions_now", connected)
        .with("sessions_by_client", by_client(input.snapshot))
        .with("prisma", advice::prisma(&plan))
        .with("prisma_by_instances", advice::for_more_instances(slots.usable(), instances))
        .with("pgbouncer", advice::pgbouncer(&plan, &input.snapshot.server.database, demand.as_ref().map_or(0, Demand::total)))
        .with("advice", advice::words(&plan));
    if let Some(d) = demand {
        let demand = json!({ "instances": d.instances, "pools": d.pools, "connection_limit": d.limit, "total": d.total() });
        // while a deploy rolls, old and new instances are connected at once
        finding = finding.with("configured", demand).with("while_deploying", d.total().saturating_mul(2));
    }
    if let Some(c) = churn {
        let abandoned = c.abandoned.map(|n| rounded(n as f64 / c.sessions as f64));
        finding = finding
            .with("sessions_per_second", rounded(c.per_second))
            .with("mean_session_seconds", rounded(c.mean_life_s))
            .with("sessions_abandoned", c.abandoned)
            .with("share_abandoned", abandoned);
    }
    Some(finding)
}

/// Sessions by application and role, most first.
fn by_client(snapshot: &Snapshot) -> Vec<Value> {
    let mut clients: BTreeMap<(&str, &str, &str), (i64, i64, i64)> = BTreeMap::new();
    for group in snapshot.connections.iter().filter(|g| g.database.is_some()) {
        let key = (
            group.application.as_str(),
            group.role.as_deref().unwrap_or("(hidden)"),
            group.database.as_deref().unwrap_or_default(),
        );
        let entry = clients.entry(key).or_default();
        entry.0 += group.sessions;
        match group.state.as_deref() {
            Some("idle") => entry.1 += group.sessions,
            Some(s) if s.starts_with("idle in transaction") => entry.2 += group.sessions,
            _ => {}
        }
    }
    let mut clients: Vec<_> = clients.into_iter().collect();
    clients.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    let one = |((application, role, database), (sessions, idle, in_transaction)): ((&str, &str, &str), (i64, i64, i64))| {
        json!({
            "application": one_line(application),
            "role": one_line(role),
            "database": one_line(database),
            "sessions": sessions,
            "idle": idle,
            "idle_in_transaction": in_transaction,
        })
    };
    clients.into_iter().take(SHOWN).map(one).collect()
}
