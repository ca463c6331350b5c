//! What a rule is given: one statement, what stands around it, what is known before it.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableCmd, AlterTableStmt, AlterTableType, Node};

use super::lock::{Lock, is_table};
use super::name::{Name, inners};
use super::script::{Script, Statement, Statements};
use super::state::State;
use super::version::PgVersion;
use crate::migration::script;

/// One statement and all that a rule may ask.
pub struct Cx<'c> {
    /// The file.
    pub script: &'c Script,
    /// All statements of the file.
    pub all: &'c Statements,
    /// Which of them it is.
    pub at: usize,
    /// What is known before it.
    pub state: &'c State<'c>,
    /// Locks it takes on tables that others can be using.
    pub locks: &'c [Lock],
    /// The server.
    pub version: PgVersion,
}

impl<'c> Cx<'c> {
    /// The statement.
    pub fn statement(&self) -> &'c Statement {
        &self.all.all[self.at]
    }

    /// Its tree.
    pub fn node(&self) -> &'c NodeEnum {
        &self.statement().node
    }

    /// The statements after it.
    pub fn after(&self) -> &'c [Statement] {
        &self.all.all[self.at + 1..]
    }

    /// The statements before it.
    pub fn before(&self) -> &'c [Statement] {
        &self.all.all[..self.at]
    }

    /// Its text.
    pub fn text(&self) -> &'c str {
        &self.script.sql[self.statement().span.clone()]
    }

    /// Whether it is known to share a transaction with other statements.
    pub fn in_transaction(&self) -> bool {
        self.statement().in_block || self.state.transaction.is_open()
    }

    /// The table and the commands, where it is an ALTER TABLE of one that others can be using.
    pub fn alters(&self) -> Option<(Name, impl Iterator<Item = Command<'c>>)> {
        let (table, commands) = self.alters_any()?;
        if self.state.is_fresh(&table) { None } else { Some((table, commands)) }
    }

    /// The same of any table.
    pub fn alters_any(&self) -> Option<(Name, impl Iterator<Item = Command<'c>>)> {
        let NodeEnum::AlterTableStmt(stmt) = self.node() else { return None };
        if !is_table(stmt.objtype) {
            return None;
        }
        let table = Name::of(stmt.relation.as_ref()?);
        let commands = inners(&stmt.cmds).enumerate().filter_map(move |(number, node)| match node {
            NodeEnum::AlterTableCmd(cmd) => Some(Command { stmt, cmd, number }),
            _ => None,
        });
        Some((table, commands))
    }

    /// Where a command of the ALTER TABLE begins; nothing where it is the only one, on one line with the table's name.
    pub fn place_of(&self, command: &Command) -> Option<usize> {
        let span = self.statement().span.clone();
        self.statement().base?;
        match command.number {
            0 if command.is_alone() && !self.text().contains('\n') => None,
            0 => {
                let from = self.statement().place(command.stmt.relation.as_ref()?.location);
                script::behind_name(&self.script.sql, from..span.end)
            }
            n => script::commas(&self.script.sql, span).nth(n - 1),
        }
    }

    /// The first place of a bare word in the statement, in the file's text.
    pub fn word(&self, word: &str) -> Option<Range<usize>> {
        script::find_word(&self.script.sql, self.statement().span.clone(), word)
    }

    /// Whether the statement's place in the file is known exactly, so that it can be edited there.
    pub fn can_be_edited(&self) -> bool {
        self.statement().base.is_some() && !self.statement().in_block
    }
}

/// One command of an ALTER TABLE.
#[derive(Clone, Copy)]
pub struct Command<'c> {
    stmt: &'c AlterTableStmt,
    /// The command.
    pub cmd: &'c AlterTableCmd,
    number: usize,
}

impl<'c> Command<'c> {
    /// What it does.
    pub fn kind(&self) -> AlterTableType {
        AlterTableType::try_from(self.cmd.subtype).unwrap_or(AlterTableType::Undefined)
    }

    /// What it adds or sets.
    pub fn def(&self) -> Option<&'c NodeEnum> {
        self.cmd.def.as_ref()?.node.as_ref()
    }

    /// The same command alone, changed by `edit`, as SQL.
    pub fn alone(&self, edit: impl FnOnce(&mut AlterTableCmd)) -> Option<String> {
        let mut cmd = self.cmd.clone();
        edit(&mut cmd);
        let cmds = vec![Node { node: Some(NodeEnum::AlterTableCmd(Box::new(cmd))) }];
        let stmt = AlterTableStmt { cmds, ..self.stmt.clone() };
        deparse(NodeEnum::AlterTableStmt(stmt))
    }

    /// Whether the statement has no other command.
    pub fn is_alone(&self) -> bool {
        self.stmt.cmds.len() == 1
    }
}

/// A statement's tree as SQL.
pub fn deparse(node: NodeEnum) -> Option<String> {
    node.deparse(pg_query::DeparseOptions::default()).ok()
}
