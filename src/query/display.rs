//! Accesses in one line each: `"Lead": "userId" = $1, status in ($2) | order "createdAt" desc | limit`.

use std::fmt::{self, Display};

use super::model::*;
use crate::ident::{Ident, ident_list};
use crate::snapshot::Catalog;

impl Analysis {
    /// All accesses, a line each, with the names of the catalog; for people and for tests.
    pub fn describe(&self, catalog: &Catalog) -> String {
        (0..self.accesses.len()).map(|i| self.describe_access(i, catalog)).collect::<Vec<_>>().join("\n")
    }

    fn name(&self, access: usize, catalog: &Catalog) -> String {
        let relation = self.accesses.get(access).and_then(|a| catalog.relations.get(&a.relation));
        relation.map_or("?".to_owned(), |r| r.name.name.to_string())
    }

    fn describe_access(&self, index: usize, catalog: &Catalog) -> String {
        let access = &self.accesses[index];
        let role = match access.role {
            Role::Read => "",
            Role::Insert => "insert ",
            Role::Update => "update ",
            Role::Delete => "delete ",
            Role::Merge => "merge ",
        };
        // two accesses to one relation are told apart by their place
        let label = |i: usize| {
            let same = |j: &usize| self.accesses[*j].relation == self.accesses[i].relation;
            let twins: Vec<usize> = (0..self.accesses.len()).filter(same).collect();
            let name = self.name(i, catalog);
            let place = twins.iter().position(|t| *t == i).unwrap_or_default();
            if twins.len() > 1 { format!("{name}#{}", place + 1) } else { name }
        };
        let mut conditions: Vec<String> = access.filters.iter().map(|f| filter(f, &label)).collect();
        for join in &access.joins {
            let side = match join.side {
                JoinSide::Either => "join",
                JoinSide::LookedUp => "lookup",
                JoinSide::Kept => "kept",
            };
            conditions.push(format!("{side} {} = {}.{}", join.target, label(join.other), join.other_target));
        }
        let mut line = format!("{role}{}: {}", label(index), conditions.join(", "));
        let mut part = |word: &str, items: Vec<String>| {
            if !items.is_empty() {
                line.push_str(&format!(" | {word} {}", items.join(", ")));
            }
        };
        part("order", access.order_by.iter().map(SortKey::to_string).collect());
        part("group", access.group_by.iter().map(Target::to_string).collect());
        part("distinct", access.distinct.iter().map(Target::to_string).collect());
        part("min/max", access.min_max.iter().map(Ident::to_string).collect());
        part("set", access.assigned.iter().map(Assignment::to_string).collect());
        if let Some(conflict) = &access.on_conflict {
            let columns = conflict.columns.iter().map(Target::to_string);
            part("conflict", columns.chain(conflict.constraint.iter().map(|c| format!("constraint {c}"))).collect());
            part("then set", conflict.assigned.iter().map(Assignment::to_string).collect());
        }
        let view = access.through_view.and_then(|v| catalog.relations.get(&v)).map(|r| r.name.name.to_string());
        part("view", view.into_iter().collect());
        if let Some(lock) = access.row_lock {
            let wait = if lock.skip_locked {
                " skip locked"
            } else if lock.nowait {
                " nowait"
            } else {
                ""
            };
            line.push_str(&format!(" | for {}{wait}", if lock.exclusive { "update" } else { "share" }));
        }
        for (flag, word) in [(access.limited, "limit"), (access.correlated, "correlated")] {
            if flag {
                line.push_str(&format!(" | {word}"));
            }
        }
        line.replace(":  |", ":").trim_end_matches([' ', ':']).to_owned()
    }
}

fn filter(f: &Filter, label: &dyn Fn(usize) -> String) -> String {
    let arm = f.disjunct.map_or(String::new(), |d| format!("or{}.{}{} ", d.group, d.arm, if d.complete { "" } else { "?" }));
    match &f.operand {
        Operand::None => format!("{arm}{} {}", f.target, f.operator),
        other => format!("{arm}{} {} {}", f.target, f.operator, operand(other, label)),
    }
}

fn operand(o: &Operand, label: &dyn Fn(usize) -> String) -> String {
    match o {
        Operand::None => String::new(),
        Operand::Parameter(n) => format!("${n}"),
        Operand::Constant(text) => format!("'{text}'"),
        Operand::Null => "null".to_owned(),
        Operand::List(items) => format!("({})", items.iter().map(|i| operand(i, label)).collect::<Vec<_>>().join(", ")),
        Operand::Column { access, column } => format!("{}.{column}", label(*access)),
        Operand::Subquery => "(query)".to_owned(),
        Operand::Expression(text) => format!("({text})"),
        Operand::Varying => "(row)".to_owned(),
    }
}

impl Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(column) => column.fmt(f),
            Self::Expression(text) => f.write_str(text),
            Self::Row(columns) => write!(f, "({})", ident_list(columns)),
        }
    }
}

impl Display for FilterOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal => f.write_str("="),
            Self::In => f.write_str("in"),
            Self::Range(RangeSide::Below) => f.write_str("<"),
            Self::Range(RangeSide::AtMost) => f.write_str("<="),
            Self::Range(RangeSide::Above) => f.write_str(">"),
            Self::Range(RangeSide::AtLeast) => f.write_str(">="),
            Self::Like { anchored, case_insensitive } => {
                f.write_str(if *case_insensitive { "ilike" } else { "like" })?;
                f.write_str(match anchored {
                    Some(true) => "(prefix)",
                    Some(false) => "(anywhere)",
                    None => "",
                })
            }
            Self::IsNull => f.write_str("is null"),
            Self::IsNotNull => f.write_str("is not null"),
            Self::NotEqual => f.write_str("<>"),
            Self::Json(op) => write!(f, "json {op}"),
            Self::Array(op) => write!(f, "array {op}"),
            Self::TextSearch => f.write_str("@@"),
            Self::Other(op) => f.write_str(op),
        }
    }
}

impl Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.target.fmt(f)?;
        f.write_str(if self.descending { " desc" } else { "" })?;
        f.write_str(match (self.descending, self.nulls_first) {
            (true, false) => " nulls last",
            (false, true) => " nulls first",
            _ => "",
        })
    }
}

impl Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = ", self.column)?;
        match &self.value {
            AssignedValue::Parameter(n) => write!(f, "${n}"),
            AssignedValue::Constant(text) => write!(f, "'{text}'"),
            AssignedValue::SelfArithmetic => f.write_str("(self)"),
            AssignedValue::Default => f.write_str("default"),
            AssignedValue::Expression => f.write_str("(expression)"),
        }
    }
}
