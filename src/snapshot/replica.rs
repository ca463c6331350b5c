//! What replicas served: an index that the primary never scans may be the one a replica lives on.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Snapshot, Statement, Subject, Unseen};
use crate::connect::{Kind, Session};
use crate::error::{Error, Result};

/// Which cluster and which database a session is in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The cluster's own number, the same on all its physical replicas; `None` where this role may not know.
    pub system: Option<String>,
    /// `pg_database.oid`.
    pub database_oid: i64,
    /// `current_database()`.
    pub database: String,
    /// Replays another server's changes.
    pub in_recovery: bool,
}

impl Identity {
    /// Asks the server.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn read(session: &mut Session) -> Result<Self> {
        let mut tx = session.transaction(Kind::Now).await?;
        let mut identity: Identity = tx.fetch_one_json(include_str!("sql/identity.sql"), &[]).await?;
        // denied on some managed servers
        let system: std::result::Result<Vec<System>, _> = tx.fetch_json(include_str!("sql/identity_system.sql"), &[]).await;
        tx.rollback().await?;
        identity.system = system.ok().and_then(|mut s| s.pop()).map(|s| s.system);
        Ok(identity)
    }

    /// Refuses a server that is no replica of `primary`. `name` is the replica's.
    ///
    /// # Errors
    /// Says what differs.
    pub fn require_replica_of(&self, primary: &Identity, name: &str) -> Result<()> {
        let refuse = |why: String| {
            Err(Error::new(format!("{name} is not a replica of this database"))
                .because(why)
                .fix("name a physical replica of the same server, and the same database in its URL"))
        };
        if let (Some(own), Some(other)) = (&self.system, &primary.system)
            && own != other
        {
            return refuse("it belongs to another cluster (the system identifiers differ)".to_owned());
        }
        if (self.database_oid, &self.database) != (primary.database_oid, &primary.database) {
            return refuse(format!("it is connected to the database {:?}, the primary to {:?}", self.database, primary.database));
        }
        if !self.in_recovery {
            return refuse("it does not replay another server's changes: it is a primary itself".to_owned());
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct System {
    system: String,
}

impl Snapshot {
    /// Adds what a replica counted: scans of tables and indexes, and its workload. `name` is host and port.
    ///
    /// # Errors
    /// When its tables are not this database's: then it is no replica, whatever its identifiers say.
    pub fn add_replica(&mut self, replica: &Snapshot, name: &str) -> Result<()> {
        if self.database.replicas.iter().any(|r| r == name) {
            return Err(Error::new(format!("the replica {name} is named twice")).fix("name each replica once"));
        }
        let strangers = self
            .catalog
            .relations
            .iter()
            .filter(|(oid, relation)| replica.catalog.relations.get(oid).is_some_and(|r| r.name != relation.name));
        if strangers.count() > 0 || !self.catalog.relations.keys().any(|oid| replica.catalog.relations.contains_key(oid)) {
            return Err(Error::new(format!("{name} is not a replica of this database"))
                .because("its tables are others")
                .fix("name a physical replica of the same server, and the same database in its URL"));
        }
        for (oid, relation) in &mut self.catalog.relations {
            let Some(there) = replica.catalog.relations.get(oid) else { continue };
            if let (Some(sum), Some(more)) = (&mut relation.activity, &there.activity) {
                sum.seq_scan += more.seq_scan;
                sum.seq_tup_read += more.seq_tup_read;
                sum.idx_scan = sum.idx_scan.or(more.idx_scan.map(|_| 0)).map(|n| n + more.idx_scan.unwrap_or(0));
            }
            for index in &mut relation.indexes {
                let there = there.indexes.iter().find(|i| i.oid == index.oid).and_then(|i| i.activity.as_ref());
                if let (Some(sum), Some(more)) = (&mut index.activity, there) {
                    sum.replica_scans.push((name.to_owned(), more.scans));
                    sum.last_scan = sum.last_scan.max(more.last_scan);
                }
            }
        }
        self.add_workload(replica);
        let of_counters = |u: &&Unseen| matches!(u.subject, Subject::Workload | Subject::Activity);
        self.unseen.extend(
            replica
                .unseen
                .iter()
                .filter(of_counters)
                .map(|u| Unseen { because: format!("on the replica {name}: {}", u.because), ..u.clone() }),
        );
        self.unseen.sort();
        self.database.replicas.push(name.to_owned());
        self.database.replicas.sort();
        Ok(())
    }

    /// Adds up statements by fingerprint. Counting is taken to have begun at the earlier of both, so that no rate is overstated.
    fn add_workload(&mut self, replica: &Snapshot) {
        let (own, more) = (&mut self.workload, &replica.workload);
        let known = |statements: &[Statement]| statements.iter().map(|s| s.total_ms).sum::<f64>();
        let all = |known: f64, share: f64| if share > 0.0 { known / share } else { known };
        let (own_ms, more_ms) = (known(&own.statements), known(&more.statements));
        let total = all(own_ms, own.time_share) + all(more_ms, more.time_share);
        own.time_share = if total > 0.0 { (own_ms + more_ms) / total } else { own.time_share.max(more.time_share) };
        if own.source == super::workload::Source::None {
            own.source = more.source;
        }
        own.since = match (own.since, more.since) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        own.entries += more.entries;
        own.entries_beyond_top += more.entries_beyond_top;
        own.hidden += more.hidden;
        own.truncated += more.truncated;
        own.evictions = match (own.evictions, more.evictions) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        let mut at: HashMap<String, usize> = own.statements.iter().enumerate().map(|(i, s)| (s.fingerprint.clone(), i)).collect();
        for statement in &more.statements {
            match at.get(&statement.fingerprint).and_then(|i| own.statements.get_mut(*i)) {
                Some(sum) => add(sum, statement),
                None => {
                    at.insert(statement.fingerprint.clone(), own.statements.len());
                    own.statements.push(statement.clone());
                }
            }
        }
        own.statements.sort_by(|a, b| b.total_ms.total_cmp(&a.total_ms).then_with(|| a.fingerprint.cmp(&b.fingerprint)));
    }
}

fn add(sum: &mut Statement, more: &Statement) {
    sum.calls += more.calls;
    sum.rows += more.rows;
    sum.total_ms += more.total_ms;
    sum.max_ms = match (sum.max_ms, more.max_ms) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    };
    sum.blocks += more.blocks;
    sum.nested &= more.nested;
    sum.roles.extend(more.roles.iter().cloned());
    sum.roles.sort();
    sum.roles.dedup();
}
