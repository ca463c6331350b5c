//! The transaction that a statement runs in, the locks held in it, and the timeouts in force.

use pg_query::NodeEnum;
use pg_query::protobuf::{TransactionStmt, TransactionStmtKind, VariableSetKind, VariableSetStmt};

use super::lock::Lock;
use super::name::{Key, inners};

/// What is known of the transaction.
#[derive(Debug, Clone, Default)]
pub struct Transaction {
    /// Where the BEGIN stands, while one is open.
    pub begun: Option<usize>,
    /// The tool runs the file in a transaction; `None`: nobody knows.
    pub by_tool: Option<bool>,
    /// Locks of earlier statements that are still held.
    pub held: Vec<Held>,
    /// Constraints added NOT VALID, by table.
    pub not_valid: Vec<(Key, String)>,
    /// Enum values added to types that were there before: `(type, value)`.
    pub enum_values: Vec<(String, String)>,
}

/// A lock that an earlier statement took.
#[derive(Debug, Clone)]
pub struct Held {
    /// The relation and the mode.
    pub lock: Lock,
    /// Where that statement stands.
    pub at: usize,
}

impl Transaction {
    /// At the beginning of a file.
    pub fn of_file(by_tool: Option<bool>) -> Self {
        Self { by_tool, ..Self::default() }
    }

    /// Whether the next statement is known to run in a transaction with others.
    pub fn is_open(&self) -> bool {
        self.begun.is_some() || self.by_tool == Some(true)
    }

    /// Takes note of BEGIN, COMMIT and their like.
    pub fn pass(&mut self, statement: &TransactionStmt, at: usize) {
        match TransactionStmtKind::try_from(statement.kind) {
            Ok(TransactionStmtKind::TransStmtBegin | TransactionStmtKind::TransStmtStart) => {
                self.begun.get_or_insert(at);
            }
            Ok(
                TransactionStmtKind::TransStmtCommit
                | TransactionStmtKind::TransStmtRollback
                | TransactionStmtKind::TransStmtPrepare,
            ) => {
                let begun = if statement.chain { Some(at) } else { None };
                *self = Self { begun, by_tool: self.by_tool, ..Self::default() };
            }
            _ => {}
        }
    }
}

/// `lock_timeout` or `statement_timeout`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timeout {
    session: Option<u64>,
    local: Option<Option<u64>>,
}

impl Timeout {
    /// Milliseconds in force; `None`: no limit is known.
    pub fn get(self) -> Option<u64> {
        self.local.unwrap_or(self.session).filter(|ms| *ms > 0)
    }

    /// `SET [LOCAL]` or `RESET` of it; the transaction's end forgets what is local.
    pub fn set(&mut self, value: Option<u64>, local: bool) {
        if local { self.local = Some(value) } else { (self.session, self.local) = (value, None) }
    }

    /// A transaction has ended.
    pub fn end_transaction(&mut self) {
        self.local = None;
    }
}

/// Timeouts in force.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timeouts {
    /// `lock_timeout`
    pub lock: Timeout,
    /// `statement_timeout`
    pub statement: Timeout,
}

impl Timeouts {
    /// Takes note of a statement that sets one of them.
    pub fn pass(&mut self, node: &NodeEnum) {
        match node {
            NodeEnum::VariableSetStmt(set) => self.set(set),
            NodeEnum::SelectStmt(select) => {
                for target in inners(&select.target_list) {
                    let NodeEnum::ResTarget(target) = target else { continue };
                    let Some(NodeEnum::FuncCall(call)) = target.val.as_ref().and_then(|v| v.node.as_ref()) else { continue };
                    if super::name::strings(&call.funcname).last().is_some_and(|n| n == "set_config") {
                        let args: Vec<&NodeEnum> = inners(&call.args).collect();
                        let [name, value, local] = args.as_slice() else { continue };
                        let (Some(name), Some(value)) = (text(name), text(value)) else { continue };
                        self.put(&name, milliseconds(&value), is_true(local));
                    }
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, set: &VariableSetStmt) {
        let value = inners(&set.args).next().and_then(text).and_then(|t| milliseconds(&t));
        match VariableSetKind::try_from(set.kind) {
            Ok(VariableSetKind::VarResetAll) => *self = Self::default(),
            Ok(VariableSetKind::VarSetValue) => self.put(&set.name, value, set.is_local),
            _ => self.put(&set.name, None, set.is_local),
        }
    }

    fn put(&mut self, name: &str, value: Option<u64>, local: bool) {
        match name {
            "lock_timeout" => self.lock.set(value, local),
            "statement_timeout" => self.statement.set(value, local),
            _ => {}
        }
    }

    /// A transaction has ended.
    pub fn end_transaction(&mut self) {
        self.lock.end_transaction();
        self.statement.end_transaction();
    }
}

/// The text of a constant.
fn text(node: &NodeEnum) -> Option<String> {
    use pg_query::protobuf::a_const::Val;
    match node {
        NodeEnum::AConst(c) => match c.val.as_ref()? {
            Val::Sval(s) => Some(s.sval.clone()),
            Val::Ival(i) => Some(i.ival.to_string()),
            Val::Fval(f) => Some(f.fval.clone()),
            Val::Boolval(b) => Some(b.boolval.to_string()),
            Val::Bsval(_) => None,
        },
        NodeEnum::TypeCast(cast) => text(cast.arg.as_ref()?.node.as_ref()?),
        _ => None,
    }
}

fn is_true(node: &NodeEnum) -> bool {
    text(node).is_some_and(|t| matches!(t.as_str(), "t" | "true"))
}

/// `2s`, `300`, `1min` in milliseconds; the unit of a bare number is the millisecond.
fn milliseconds(value: &str) -> Option<u64> {
    let value = value.trim();
    let digits = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let number: f64 = value[..digits].parse().ok()?;
    let factor = match value[digits..].trim() {
        "" | "ms" => 1.0,
        "us" => 0.001,
        "s" => 1_000.0,
        "min" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    };
    Some((number * factor).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_the_server_reads_them() {
        for (text, ms) in [("2s", 2_000), ("300", 300), ("1min", 60_000), ("1.5s", 1_500), ("0", 0), ("100us", 1)] {
            assert_eq!(milliseconds(text), Some(ms), "{text}");
        }
        assert_eq!(milliseconds("soon"), None);
    }
}
