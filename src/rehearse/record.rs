//! What a migration keeps of its rehearsal.

use super::rehearsal::{Again, Rehearsal, Undo};
use crate::migration::{Rehearsed, RehearsedStatement};
use crate::report::rehearse::{locks, unproven, work};

/// The record of a file; `server`: version of the server of the copy.
pub fn record(seen: &Rehearsal, server: &str) -> Rehearsed {
    let (undo, mut because) = match &seen.undo {
        Undo::Missing => ("missing", Vec::new()),
        Undo::Identical => ("identical", Vec::new()),
        Undo::Differs { differences } => ("differs", differences.clone()),
        Undo::Fails { error } => ("fails", vec![error.clone()]),
        Undo::NotTried { because } => ("not_tried", vec![because.clone()]),
    };
    let again = match &seen.again {
        Again::Harmless => "harmless",
        Again::Refused { error } => {
            because.push(error.clone());
            "refused"
        }
        Again::Harmful { differences, .. } => {
            because.extend(differences.clone());
            "harmful"
        }
        Again::NotTried { because: why } => {
            because.push(why.clone());
            "not_tried"
        }
    };
    let statement = |s: &super::rehearsal::Step| RehearsedStatement {
        hash: s.hash.clone(),
        text: s.text.clone(),
        locks: locks(s),
        work: s.work.iter().map(work).collect(),
        unproven: unproven(s),
    };
    let up = seen.statements.iter().map(statement).collect();
    because.dedup();
    Rehearsed { server: server.to_owned(), undo: undo.to_owned(), again: again.to_owned(), because, up }
}
