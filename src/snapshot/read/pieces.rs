//! Reading what opens objects: a piece that fails is halved until the object at fault stands alone.
//!
//! Two things go wrong with an object while others work on the database: it is held locked, or it is dropped between listing
//! and reading. The first is told by a lock timeout, the second by an error, after which it is read once more.

use std::time::Instant;

use super::next_size;
use crate::connect::{QueryError, Session};
use crate::error::Result;
use crate::snapshot::Oid;

/// What a read in a transaction of its own gave: the rows, or why the server refused.
pub(in crate::snapshot) type Attempt<T> = std::result::Result<T, QueryError>;

/// Why one object could not be read.
pub(in crate::snapshot) enum Fault {
    /// Another session holds it, or something it reads.
    Locked,
    /// It was dropped, or is broken; the server's words.
    Vanished(String),
}

/// Reads all objects, as many at a time as take no longer than a transaction should. Returns those that could not be read.
pub(in crate::snapshot) async fn read<T>(
    session: &mut Session,
    oids: Vec<Oid>,
    mut attempt: impl AsyncFnMut(&mut Session, &[Oid]) -> Result<Attempt<T>>,
    mut put: impl FnMut(T) -> Result<()>,
) -> Result<Vec<(Oid, Fault)>> {
    let mut size = 100;
    let mut pieces = vec![oids];
    let mut faults = Vec::new();
    while let Some(mut piece) = pieces.pop() {
        if piece.is_empty() {
            continue;
        }
        if piece.len() > size {
            pieces.push(piece.split_off(size));
        }
        let started = Instant::now();
        let mut rows = None;
        let mut read = attempt(session, &piece).await?;
        if let (Err(e), [_]) = (&read, piece.as_slice())
            && e.is_vanished()
        {
            read = attempt(session, &piece).await?;
        }
        match (read, piece.as_slice()) {
            (Ok(read), _) => rows = Some(read),
            (Err(e), [_]) if !e.is_lock_timeout() && !e.is_vanished() => return Err(e.into()),
            // more than one takes too long for one transaction: fewer may not
            (Err(e), _) if !e.is_lock_timeout() && !e.is_vanished() && !e.is_cancelled() => return Err(e.into()),
            (Err(e), [oid]) => {
                faults.push((*oid, if e.is_lock_timeout() { Fault::Locked } else { Fault::Vanished(e.to_string()) }))
            }
            (Err(_), _) => {
                let half = piece.split_off(piece.len() / 2);
                size = half.len();
                pieces.extend([half, piece]);
                continue;
            }
        }
        size = next_size(size, started.elapsed());
        rows.map_or(Ok(()), &mut put)?;
    }
    Ok(faults)
}
