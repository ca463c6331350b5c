//! From the statements of a file to steps: what runs, and is recorded, together.
//!
//! A file means what it means under `psql -f`: each statement is a transaction of its own, unless it stands between BEGIN and COMMIT, or
//! cannot run in one.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ObjectType, ReindexObjectType};

use super::backfill::Batches;
use super::concurrent::Concurrent;
use crate::error::{Error, Result};
use crate::migration::script::{Kind, Piece};
use crate::migration::set::Script;
use crate::query;

/// A step of a file.
#[derive(Debug, Clone)]
pub struct Step {
    /// Positions of its statements in [`Script::pieces`]; never empty.
    pub positions: Vec<usize>,
    /// What it is.
    pub kind: StepKind,
}

/// How a step runs.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Changes settings of the session: not recorded, done again by whoever goes on later.
    Setting,
    /// One transaction, its record in it.
    Transaction {
        /// How it begins: `BEGIN`, perhaps with a level of isolation.
        begin: String,
        /// Whether others may queue behind it while it waits for a lock. Then it waits for moments only, and tries again.
        strong: bool,
    },
    /// Cannot run in a transaction; what an interrupted one has left is looked for in the catalogs.
    Concurrent(Concurrent),
    /// Cannot run in a transaction; running it twice does no harm (VACUUM).
    Repeatable,
    /// Cannot run in a transaction, and nothing tells whether an interrupted one is done (CALL).
    Opaque,
    /// A long data move in batches.
    Backfill(Box<Batches>),
}

impl StepKind {
    /// For the ledger and for people.
    pub fn name(&self) -> &'static str {
        match self {
            StepKind::Setting => "setting",
            StepKind::Transaction { .. } => "transaction",
            StepKind::Concurrent(_) => "concurrent",
            StepKind::Repeatable => "repeatable",
            StepKind::Opaque => "opaque",
            StepKind::Backfill(_) => "backfill",
        }
    }
}

impl Step {
    /// The first of its positions.
    pub fn first(&self) -> usize {
        self.positions[0]
    }

    /// What it is called: its first statement.
    pub fn title(&self, script: &Script) -> String {
        let more = self.positions.len() - 1;
        let title = script.pieces[self.first()].title();
        if more == 0 { title } else { format!("{title} and {more} more in one transaction") }
    }
}

/// The steps of a file.
///
/// # Errors
/// A statement that only psql can run, transactions that do not end: with file and line.
pub fn steps(script: &Script) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut open: Option<(String, Vec<usize>)> = None;
    for (position, piece) in script.pieces.iter().enumerate() {
        match (&piece.kind, &mut open) {
            (Kind::Begin, None) => open = Some((piece.sql.clone(), Vec::new())),
            (Kind::Begin, Some(_)) => return Err(refused(piece, "a transaction is open already", "remove this BEGIN")),
            (Kind::End, None) => {
                return Err(refused(piece, "no transaction is open", "remove the statement, or add BEGIN before"));
            }
            (Kind::End, Some((begin, positions))) => {
                if !commits(piece) {
                    return Err(refused(
                        piece,
                        "it takes back what was reviewed",
                        "remove the transaction, or end it with COMMIT",
                    ));
                }
                if !positions.is_empty() {
                    let strong =
                        positions.iter().any(|p| script.pieces[*p].kind != Kind::Setting && is_strong(&script.pieces[*p]));
                    let kind = StepKind::Transaction { begin: begin.clone(), strong };
                    steps.push(Step { positions: std::mem::take(positions), kind });
                }
                open = None;
            }
            (_, Some((_, positions))) => {
                let kind = alone(piece)?;
                if !matches!(kind, StepKind::Transaction { .. } | StepKind::Setting) {
                    return Err(refused(
                        piece,
                        "it cannot run inside a transaction",
                        "move it behind the COMMIT, or before the BEGIN",
                    ));
                }
                positions.push(position);
            }
            (Kind::Savepoint, None) => return Err(refused(piece, "no transaction is open", "add BEGIN before it")),
            (_, None) => steps.push(Step { positions: vec![position], kind: alone(piece)? }),
        }
    }
    if open.is_some() {
        let last = script.pieces.last().map_or_else(|| script.path.display().to_string(), Piece::place);
        return Err(Error::new(format!("{last}: the file ends inside a transaction"))
            .because("nothing of it would be there afterwards")
            .fix("end it with COMMIT"));
    }
    Ok(steps)
}

/// The step of a statement that stands for itself.
fn alone(piece: &Piece) -> Result<StepKind> {
    let single = |strong| StepKind::Transaction { begin: "BEGIN".to_owned(), strong };
    let first = piece.sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_uppercase();
    let in_session = ["SYSTEM", "DATABASE", "TABLESPACE", "SUBSCRIPTION"];
    let second = piece.sql.split_whitespace().nth(1).unwrap_or_default().to_ascii_uppercase();
    match &piece.kind {
        Kind::Setting if first == "SET" && second == "SESSION" && piece.sql.to_ascii_uppercase().contains("AUTHORIZATION") => {
            Err(refused(piece, "the ledger would be written as somebody else", "use SET ROLE, or run as that role"))
        }
        Kind::Setting => Ok(StepKind::Setting),
        Kind::Copy if piece.sql.to_ascii_uppercase().contains("STDIN") => {
            Err(refused(piece, "its rows are psql's to send", "use INSERT, or load the rows by hand"))
        }
        Kind::Skip(_) if first == "DISCARD" => {
            Err(refused(piece, "it resets the session in which dbharden keeps its lock", "remove it"))
        }
        Kind::Skip(_)
            if in_session.contains(&second.as_str()) && matches!(first.as_str(), "ALTER" | "CREATE" | "DROP" | "REINDEX") =>
        {
            Ok(StepKind::Repeatable)
        }
        Kind::Alone if matches!(parsed(piece), Some(NodeEnum::IndexStmt(s)) if s.idxname.is_empty()) => {
            Err(refused(piece, "what an interrupted build leaves could not be told from other indexes", "give the index a name"))
        }
        Kind::Alone => Ok(parsed(piece).as_ref().and_then(concurrent).map_or(StepKind::Repeatable, StepKind::Concurrent)),
        _ if first == "CALL" => Ok(StepKind::Opaque),
        _ if first == "DO" => match Batches::read(piece)? {
            Some(batches) => Ok(StepKind::Backfill(Box::new(batches))),
            None if ends_transactions(&piece.sql) => Ok(StepKind::Opaque),
            None => Ok(single(true)),
        },
        _ => Ok(single(is_strong(piece))),
    }
}

fn refused(piece: &Piece, because: &str, fix: &str) -> Error {
    Error::new(format!("{}: cannot run {}", piece.place(), piece.title())).because(because).fix(fix)
}

/// COMMIT and END; not ROLLBACK, ABORT, COMMIT PREPARED.
fn commits(piece: &Piece) -> bool {
    let words: Vec<String> = piece.sql.split_whitespace().map(str::to_ascii_uppercase).collect();
    matches!(words.first().map(String::as_str), Some("COMMIT" | "END")) && !words.iter().any(|w| w == "PREPARED" || w == "CHAIN")
}

/// Code that ends transactions cannot run in one.
fn ends_transactions(sql: &str) -> bool {
    let words = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.into_iter().any(|w| w.eq_ignore_ascii_case("commit") || w.eq_ignore_ascii_case("rollback"))
}

/// The parse tree of a statement; `None` where our parser is older than the server.
pub(super) fn parsed(piece: &Piece) -> Option<NodeEnum> {
    query::parse(&piece.sql).ok()?.stmts.into_iter().next()?.stmt?.node
}

/// Whether it may ask for a lock that reads or writes wait behind. What is not known does.
fn is_strong(piece: &Piece) -> bool {
    match parsed(piece) {
        Some(
            NodeEnum::SelectStmt(_)
            | NodeEnum::InsertStmt(_)
            | NodeEnum::UpdateStmt(_)
            | NodeEnum::DeleteStmt(_)
            | NodeEnum::MergeStmt(_)
            | NodeEnum::CopyStmt(_)
            | NodeEnum::ExplainStmt(_)
            | NodeEnum::VariableSetStmt(_)
            | NodeEnum::TransactionStmt(_),
        ) => false,
        Some(NodeEnum::VacuumStmt(s)) => s.is_vacuumcmd, // ANALYZE waits for nobody that reads or writes
        Some(NodeEnum::AlterTableStmt(s)) => !s.cmds.iter().all(
            |c| matches!(&c.node, Some(NodeEnum::AlterTableCmd(c)) if c.subtype == AlterTableType::AtValidateConstraint as i32),
        ),
        _ => true,
    }
}

/// What a statement builds or drops beside the running work.
fn concurrent(node: &NodeEnum) -> Option<Concurrent> {
    match node {
        NodeEnum::IndexStmt(s) => {
            let table = s.relation.as_ref()?;
            Some(Concurrent::CreateIndex {
                schema: table.schemaname.clone(),
                table: table.relname.clone(),
                name: (!s.idxname.is_empty()).then(|| s.idxname.clone()),
                if_not_exists: s.if_not_exists,
            })
        }
        NodeEnum::DropStmt(s) if s.remove_type == ObjectType::ObjectIndex as i32 => {
            let [one] = s.objects.as_slice() else { return None };
            let NodeEnum::List(list) = one.node.as_ref()? else { return None };
            let names: Vec<String> = list
                .items
                .iter()
                .filter_map(|n| match n.node.as_ref()? {
                    NodeEnum::String(s) => Some(s.sval.clone()),
                    _ => None,
                })
                .collect();
            let (name, schema) = (names.last()?.clone(), names.iter().rev().nth(1).cloned().unwrap_or_default());
            Some(Concurrent::DropIndex { schema, name })
        }
        NodeEnum::ReindexStmt(s) => {
            let relation = s.relation.as_ref()?;
            let index = s.kind == ReindexObjectType::ReindexObjectIndex as i32;
            Some(Concurrent::Reindex { schema: relation.schemaname.clone(), name: relation.relname.clone(), index })
        }
        NodeEnum::AlterTableStmt(s) => {
            let parent = s.relation.as_ref()?;
            let NodeEnum::AlterTableCmd(command) = s.cmds.first()?.node.as_ref()? else { return None };
            let NodeEnum::PartitionCmd(partition) = command.def.as_ref()?.node.as_ref()? else { return None };
            let child = partition.name.as_ref()?;
            Some(Concurrent::Detach {
                parent: (parent.schemaname.clone(), parent.relname.clone()),
                child: (child.schemaname.clone(), child.relname.clone()),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read(sql: &str) -> Result<Vec<String>> {
        let script = Script::parse(Path::new("up.sql"), sql.to_owned())?;
        let name = |s: &Step| match &s.kind {
            StepKind::Transaction { strong, .. } => {
                format!("{} of {}", if *strong { "strong" } else { "weak" }, s.positions.len())
            }
            StepKind::Concurrent(c) => format!("{c:?}").split([' ', '{']).next().unwrap_or_default().to_owned(),
            kind => kind.name().to_owned(),
        };
        Ok(steps(&script)?.iter().map(name).collect())
    }

    #[test]
    fn a_statement_a_step_unless_a_transaction_holds_several() {
        let sql =
            "set lock_timeout = '300ms'; alter table t add a int; begin; create table u (); insert into u default values; commit;
            alter table t validate constraint c; create index concurrently i on s.t (a); drop index concurrently s.i; vacuum t;
            reindex index concurrently i; alter table p detach partition c concurrently; call f(); do $$ begin commit; end $$;
            do $$ begin perform 1; end $$; update t set a = 1; analyze t";
        assert_eq!(
            read(sql).unwrap(),
            [
                "setting",
                "strong of 1",
                "strong of 2",
                "weak of 1",
                "CreateIndex",
                "DropIndex",
                "repeatable",
                "Reindex",
                "Detach",
                "opaque",
                "opaque",
                "strong of 1",
                "weak of 1",
                "weak of 1"
            ]
        );
    }

    #[test]
    fn what_cannot_be_run_is_refused_with_its_place() {
        for (sql, said) in [
            ("begin; select 1", "ends inside a transaction"),
            ("select 1;\ncommit", "up.sql:2"),
            ("begin; begin; commit", "open already"),
            ("begin; vacuum t; commit", "inside a transaction"),
            ("begin; select 1; rollback", "takes back"),
            ("copy t from stdin;\n1\n\\.\n", "psql's to send"),
            ("discard all", "keeps its lock"),
            ("set session authorization x", "SET ROLE"),
        ] {
            let error = read(sql).unwrap_err().to_string();
            assert!(error.contains(said), "{sql}: {error}");
        }
    }
}
