//! How the files of a directory stand to the ledger: applied, half-way, pending; and what must not be run.

use std::collections::BTreeMap;

use super::ledger::{Direction, Ledger, Run, State};
use crate::error::{Error, Result};
use crate::migration::set::Migration;
use crate::report::plural;

/// A directory beside the ledger.
pub struct Standing<'a> {
    /// Files that are applied, each with its run.
    pub applied: Vec<(&'a Migration, &'a Run)>,
    /// Files that were begun and not finished, each with its run.
    pub half: Vec<(&'a Migration, &'a Run)>,
    /// Files that are not applied.
    pub pending: Vec<&'a Migration>,
    /// What is not as it should be.
    pub faults: Vec<Fault>,
}

/// What is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Changed after it was applied.
    Edited(String),
    /// Applied, and there is no such file. Perhaps it has another name now.
    Missing(String, Option<String>),
    /// Pending, and it comes before this one, which is applied.
    Reordered(String, String),
}

impl Fault {
    /// The migration.
    pub fn migration(&self) -> &str {
        match self {
            Fault::Edited(name) | Fault::Missing(name, _) | Fault::Reordered(name, _) => name,
        }
    }

    /// `edited`, `missing`, `reordered`
    pub fn kind(&self) -> &'static str {
        match self {
            Fault::Edited(_) => "edited",
            Fault::Missing(..) => "missing",
            Fault::Reordered(..) => "reordered",
        }
    }

    /// Why it is refused.
    pub fn because(&self) -> String {
        match self {
            Fault::Edited(_) => {
                "its statements were changed after it was applied, so that it no longer says what the database has".to_owned()
            }
            Fault::Missing(_, None) => "it is applied, and its folder is gone".to_owned(),
            Fault::Missing(_, Some(now)) => format!("it is applied, and its folder is called {now} now"),
            Fault::Reordered(_, after) => format!("it is not applied, and {after}, which comes after it, is"),
        }
    }

    /// What to do.
    pub fn fix(&self) -> String {
        match self {
            Fault::Edited(name) => format!(
                "restore it (git checkout of the version that was applied: git log -- '*{name}/up.sql') and put the change into a new migration"
            ),
            Fault::Missing(name, Some(now)) => format!("give it its name back: git mv {now} {name}"),
            Fault::Missing(name, None) => {
                format!(
                    "restore it from version control: git log --diff-filter=D -- '*{name}*' finds the commit that removed it; \
                     or, if it was taken away on purpose: dbharden apply --forget {name} --reason TEXT"
                )
            }
            Fault::Reordered(name, after) => format!(
                "read whether it still fits, then give it a name that comes after {after}: git mv {name} <later time>_...; \
                 or let it run late as it is: --out-of-order"
            ),
        }
    }
}

impl<'a> Standing<'a> {
    /// Compares the two.
    pub fn of(migrations: &'a [Migration], ledger: &'a Ledger) -> Self {
        let mut standing = Standing { applied: Vec::new(), half: Vec::new(), pending: Vec::new(), faults: Vec::new() };
        for migration in migrations {
            match ledger.state(&migration.name) {
                State::Pending => standing.pending.push(migration),
                State::Half(run) => standing.half.push((migration, run)),
                State::Applied(run) => {
                    if run.hash != migration.up.hash {
                        standing.faults.push(Fault::Edited(migration.name.clone()));
                    }
                    standing.applied.push((migration, run));
                }
            }
        }
        let by_name: BTreeMap<&str, &Migration> = migrations.iter().map(|m| (m.name.as_str(), m)).collect();
        let expected = |r: &&Run| !by_name.contains_key(r.migration.as_str()) && !ledger.forgotten.contains(&r.migration);
        for run in ledger.present().into_iter().filter(expected) {
            let renamed = standing.pending.iter().find(|m| m.up.hash == run.hash).map(|m| m.name.clone());
            standing.faults.push(Fault::Missing(run.migration.clone(), renamed));
        }
        // names sort as they run: a time leads them
        let last = standing.applied.iter().map(|(m, _)| &m.name).max();
        for late in standing.pending.iter().filter(|m| last.is_some_and(|l| m.name < *l)) {
            standing.faults.push(Fault::Reordered(late.name.clone(), last.cloned().unwrap_or_default()));
        }
        standing
    }

    /// Refuses to run anything while something is not as it should be.
    ///
    /// # Errors
    /// Names each fault and what to do about it.
    pub fn refuse_faults(&self, out_of_order: bool) -> Result<()> {
        let faults: Vec<&Fault> = self.faults.iter().filter(|f| !(out_of_order && matches!(f, Fault::Reordered(..)))).collect();
        let Some(first) = faults.first() else { return Ok(()) };
        let more = match faults.len() - 1 {
            0 => String::new(),
            n => format!("; and {} more (`dbharden status` lists them)", plural(n, "file")),
        };
        Err(Error::new(format!("{} is {}", first.migration(), first.kind()))
            .because(format!("{}{more}", first.because()))
            .fix(first.fix()))
    }

    /// The migrations to be undone, the last one first.
    ///
    /// # Errors
    /// So many are not applied, or one has no `down.sql`.
    pub fn last(&self, n: usize, ledger: &'a Ledger) -> Result<Vec<(&'a Migration, &'a Run)>> {
        let mut present = ledger.present();
        present.reverse();
        if present.len() < n {
            return Err(Error::new(format!("cannot undo {}", plural(n, "migration")))
                .because(format!("only {} applied here", plural(present.len(), "migration")))
                .fix("`dbharden status` lists them"));
        }
        let all = || self.applied.iter().chain(&self.half);
        present.truncate(n);
        let found = present.into_iter().map(|run| {
            let (migration, _) = all().find(|(m, _)| m.name == run.migration).ok_or_else(|| {
                Error::new(format!("cannot undo {}", run.migration))
                    .because("its folder is gone")
                    .fix("restore it from version control")
            })?;
            if migration.down.is_none() {
                return Err(Error::new(format!("cannot undo {}", migration.name))
                    .because("it has no down.sql")
                    .fix("write one and have it reviewed, or write a new migration that takes it back"));
            }
            Ok((*migration, run))
        });
        found.collect()
    }

    /// The half-way ones whose undo was begun: they are finished before anything else.
    pub fn half_undone(&self) -> Option<&Run> {
        self.half.iter().map(|(_, r)| *r).find(|r| r.direction == Direction::Down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::set::Script;
    use std::path::Path;

    fn migration(name: &str, sql: &str) -> Migration {
        let up = Script::parse(Path::new("up.sql"), sql.to_owned()).unwrap();
        Migration { name: name.to_owned(), path: name.into(), up, down: None, plan: None }
    }

    fn run(id: i64, of: &Migration, direction: Direction, ended: bool) -> Run {
        Run {
            id,
            migration: of.name.clone(),
            direction,
            hash: of.up.hash.clone(),
            session: String::new(),
            role: String::new(),
            person: String::new(),
            version: String::new(),
            approval: None,
            started_at: String::new(),
            ended_at: ended.then(String::new),
            seconds: None,
            error: None,
        }
    }

    #[test]
    fn each_fault_says_what_to_do() {
        let (a, b, c) = (migration("1_a", "select 1"), migration("2_b", "select 2"), migration("3_c", "select 3"));
        let runs = vec![run(1, &a, Direction::Up, true), run(2, &c, Direction::Up, true)];
        let ledger = Ledger { runs, ..Ledger::default() };
        let files = [migration("1_a", "select  1 -- only white space"), b.clone(), c.clone()];
        assert_eq!(Standing::of(&files, &ledger).faults, [Fault::Reordered("2_b".into(), "3_c".into())]);
        assert!(Standing::of(&files, &ledger).refuse_faults(true).is_ok());
        let files = [migration("1_a", "select 9"), c.clone()];
        let error = Standing::of(&files, &ledger).refuse_faults(false).unwrap_err().to_string();
        assert!(error.contains("1_a is edited") && error.contains("new migration"), "{error}");
        let files = [a, migration("4_c", "select 3")];
        assert_eq!(Standing::of(&files, &ledger).faults, [Fault::Missing("3_c".into(), Some("4_c".into()))]);
    }

    #[test]
    fn an_undone_one_is_pending_again() {
        let a = migration("1_a", "select 1");
        let runs = vec![run(1, &a, Direction::Up, true), run(2, &a, Direction::Down, true)];
        let ledger = Ledger { runs, ..Ledger::default() };
        let files = [a.clone()];
        let standing = Standing::of(&files, &ledger);
        assert_eq!((standing.applied.len(), standing.pending.len(), standing.half.len()), (0, 1, 0));
        assert!(standing.last(1, &ledger).is_err());
    }
}
