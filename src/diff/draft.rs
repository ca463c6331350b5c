//! A statement in the making: plain SQL with the lock it takes and what a person should know.

use crate::plan::{Hazard, Lock, LockMode, Statement, Timeouts};

/// One statement of a migration, before its timeouts are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The SQL, without the closing semicolon.
    pub sql: String,
    /// Strongest lock on something that others use.
    pub lock: Option<Lock>,
    /// Nobody waits for it while it waits: CONCURRENTLY, VALIDATE.
    pub patient: bool,
    /// Whether it may run inside a transaction block.
    pub in_transaction: bool,
    /// What may go wrong or hurt.
    pub hazards: Vec<Hazard>,
    /// It loses data: written as a comment unless that is allowed.
    pub loses_data: bool,
}

impl Draft {
    /// A statement that locks nothing that others use.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), lock: None, patient: false, in_transaction: true, hazards: Vec::new(), loses_data: false }
    }

    /// It takes this lock on a relation (SQL-quoted name).
    pub fn locking(mut self, mode: LockMode, relation: impl ToString) -> Self {
        self.lock = Some(Lock { mode, relation: relation.to_string() });
        match mode {
            LockMode::AccessExclusive => self.hazard(Hazard::BlocksEverything),
            LockMode::Share | LockMode::ShareRowExclusive => self.hazard(Hazard::BlocksWrites),
            LockMode::RowExclusive | LockMode::ShareUpdateExclusive => self,
        }
    }

    /// It waits while nobody waits for it.
    pub fn patient(mut self) -> Self {
        self.patient = true;
        self
    }

    /// It cannot run inside a transaction block.
    pub fn alone(mut self) -> Self {
        self.in_transaction = false;
        self
    }

    /// Adds something that a person should know.
    pub fn hazard(mut self, hazard: Hazard) -> Self {
        if !self.hazards.contains(&hazard) {
            self.hazards.push(hazard);
        }
        self
    }

    /// It loses data.
    pub fn losing_data(mut self) -> Self {
        self.loses_data = true;
        self.hazard(Hazard::DataLoss)
    }

    /// With the timeouts it needs.
    pub fn statement(&self, lock_timeout_ms: u32) -> Statement {
        Statement {
            sql: self.sql.clone(),
            lock: self.lock.clone(),
            timeouts: if self.patient { Timeouts::PATIENT } else { Timeouts::brief(lock_timeout_ms) },
            in_transaction: self.in_transaction,
            hazards: self.hazards.clone(),
        }
    }
}
