//! Conditions: AND, OR, NOT and the tests at their leaves.

use std::collections::{HashMap, HashSet};

use pg_query::NodeEnum;
use pg_query::protobuf::{AExprKind, BoolExpr, BoolExprType, BoolTestType, NullTest, NullTestType};

use super::compare::{Side, operand};
use super::model::{Disjunct, Filter, FilterOp, JoinSide, Operand};
use super::nodes::{inner, inners, last_name};
use super::scope::Scope;
use super::walk::{Pending, Walker, What};

/// Where a condition stands: in WHERE (nothing special), or in ON of an outer join.
#[derive(Default)]
pub(super) struct Clause {
    /// Accesses whose rows are kept whatever the condition says.
    pub kept: Vec<usize>,
    /// Accesses on the nullable side.
    pub looked_up: Vec<usize>,
}

impl Clause {
    /// Whether it restricts all it speaks of: WHERE, or ON of an inner join.
    pub fn is_where(&self) -> bool {
        self.kept.is_empty() && self.looked_up.is_empty()
    }

    /// Which way a join key of this access may be used.
    pub fn side(&self, access: usize) -> JoinSide {
        if self.kept.contains(&access) {
            JoinSide::Kept
        } else if self.looked_up.contains(&access) {
            JoinSide::LookedUp
        } else {
            JoinSide::Either
        }
    }
}

impl<'c> Walker<'c, '_> {
    /// A condition that must hold.
    pub fn conjunct(&mut self, node: &NodeEnum, scope: &Scope<'c, '_>, clause: &Clause) {
        match node {
            NodeEnum::BoolExpr(e) => match e.boolop() {
                BoolExprType::OrExpr => self.disjunction(node, scope, clause),
                BoolExprType::NotExpr => {
                    if let Some(argument) = inners(&e.args).next() {
                        self.negation(argument, scope, clause);
                    }
                }
                _ => inners(&e.args).for_each(|arg| self.conjunct(arg, scope, clause)),
            },
            NodeEnum::AExpr(e) => self.comparison(e, scope, clause),
            NodeEnum::SubLink(link) => self.sublink_condition(link, false, scope, clause),
            NodeEnum::NullTest(t) => self.null_test(t, t.nulltesttype() == NullTestType::IsNull, scope, clause),
            NodeEnum::BooleanTest(t) => {
                let Some(argument) = inner(&t.arg) else { return };
                self.read(argument, scope);
                let (op, operand) = match t.booltesttype() {
                    BoolTestType::IsTrue => (FilterOp::Equal, constant("true")),
                    BoolTestType::IsFalse => (FilterOp::Equal, constant("false")),
                    BoolTestType::IsUnknown => (FilterOp::IsNull, Operand::None),
                    BoolTestType::IsNotUnknown => (FilterOp::IsNotNull, Operand::None),
                    BoolTestType::IsNotTrue => (FilterOp::Other("is not true".to_owned()), Operand::None),
                    _ => (FilterOp::Other("is not false".to_owned()), Operand::None),
                };
                self.filter(&self.side(argument, scope), op, operand, clause);
            }
            NodeEnum::FuncCall(f) if last_name(&f.funcname) == "starts_with" && f.args.len() == 2 => {
                self.read(node, scope);
                let sides: Vec<Side> = inners(&f.args).map(|a| self.side(a, scope)).collect();
                if let [target, Side::Value(prefix)] = &sides[..] {
                    let op = FilterOp::Like { anchored: Some(true), case_insensitive: false };
                    self.filter(target, op, prefix.clone(), clause);
                }
            }
            other => self.test(other, scope, clause, true),
        }
    }

    /// Any boolean expression as a condition: `active`, `lower(x) ^@ $1`, `is_open(x)`.
    pub fn test(&mut self, node: &NodeEnum, scope: &Scope<'c, '_>, clause: &Clause, wanted: bool) {
        self.read(node, scope);
        self.filter(&self.side(node, scope), FilterOp::Equal, constant(if wanted { "true" } else { "false" }), clause);
    }

    fn null_test(&mut self, t: &NullTest, is_null: bool, scope: &Scope<'c, '_>, clause: &Clause) {
        let Some(argument) = inner(&t.arg) else { return };
        self.read(argument, scope);
        let op = if is_null { FilterOp::IsNull } else { FilterOp::IsNotNull };
        self.filter(&self.side(argument, scope), op, Operand::None, clause);
    }

    fn negation(&mut self, node: &NodeEnum, scope: &Scope<'c, '_>, clause: &Clause) {
        match node {
            NodeEnum::BoolExpr(e) if e.boolop() == BoolExprType::NotExpr => {
                inners(&e.args).for_each(|arg| self.conjunct(arg, scope, clause));
            }
            // NOT (a OR b) is NOT a AND NOT b
            NodeEnum::BoolExpr(e) if e.boolop() == BoolExprType::OrExpr => {
                inners(&e.args).for_each(|arg| self.negation(arg, scope, clause));
            }
            NodeEnum::SubLink(link) => self.sublink_condition(link, true, scope, clause),
            NodeEnum::NullTest(t) => self.null_test(t, t.nulltesttype() != NullTestType::IsNull, scope, clause),
            NodeEnum::ColumnRef(_) => self.test(node, scope, clause, false),
            NodeEnum::AExpr(e) => {
                self.read(node, scope);
                let (Some(left), Some(right)) = (inner(&e.lexpr), inner(&e.rexpr)) else { return };
                let name = last_name(&e.name);
                let equality = matches!(e.kind(), AExprKind::AexprOp | AExprKind::AexprIn) && name == "=";
                let op = if equality { FilterOp::NotEqual } else { FilterOp::Other(format!("not {name}")) };
                match (self.side(left, scope), self.side(right, scope)) {
                    (Side::Value(value), target) => self.filter(&target, op, value, clause),
                    (target, Side::Value(value)) => self.filter(&target, op, value, clause),
                    (target, _) => self.filter(&target, op, operand_of_list(right), clause),
                }
            }
            other => self.read(other, scope),
        }
    }

    /// One of several conditions must hold.
    fn disjunction(&mut self, node: &NodeEnum, scope: &Scope<'c, '_>, clause: &Clause) {
        let mut arms = Vec::new();
        flatten(node, &mut arms);
        let width = arms.len();
        let mut noted: Vec<(usize, Pending)> = Vec::new();
        for (arm, condition) in arms.into_iter().enumerate() {
            let outside = std::mem::take(&mut self.pending);
            let first_inside = self.accesses.len();
            self.conjunct(condition, scope, clause);
            let of_arm = std::mem::replace(&mut self.pending, outside);
            for pending in of_arm {
                // what a sub-query in the arm does to its own relations holds whenever it runs; but it is run for each row or
                // hashed once, never joined
                if pending.access >= first_inside {
                    self.pending.extend(self.unjoined(pending, first_inside));
                } else if matches!(pending.what, What::Filter(Filter { disjunct: None, .. })) {
                    noted.push((arm, pending));
                }
            }
        }
        if let Some(merged) = as_in_list(width, &noted) {
            self.pending.push(merged);
            return;
        }
        let group = self.disjunctions;
        self.disjunctions += 1;
        // an OR may have thousands of arms
        let mut arms_of: HashMap<usize, HashSet<usize>> = HashMap::new();
        for (arm, pending) in &noted {
            arms_of.entry(pending.access).or_default().insert(*arm);
        }
        for (arm, mut pending) in noted {
            let complete = arms_of.get(&pending.access).is_some_and(|arms| arms.len() == width);
            if let What::Filter(filter) = &mut pending.what {
                filter.disjunct = Some(Disjunct { group, arm: arm as u32, complete });
            }
            self.pending.push(pending);
        }
    }
}

impl Walker<'_, '_> {
    /// A join key with the outside of a sub-query that cannot become a join: a look-up if it is correlated, else nothing.
    fn unjoined(&self, mut pending: Pending, first_inside: usize) -> Option<Pending> {
        if let What::Join(key) = &mut pending.what
            && key.other < first_inside
        {
            key.side = JoinSide::LookedUp;
            return self.accesses[pending.access].correlated.then_some(pending);
        }
        Some(pending)
    }
}

fn constant(text: &str) -> Operand {
    Operand::Constant(text.to_owned())
}

fn operand_of_list(node: &NodeEnum) -> Operand {
    match node {
        NodeEnum::List(list) => Operand::List(inners(&list.items).map(operand).collect()),
        _ => Operand::Varying,
    }
}

/// `a OR (b OR c)` has three arms.
fn flatten<'n>(node: &'n NodeEnum, arms: &mut Vec<&'n NodeEnum>) {
    let nested = |e: &BoolExpr| e.boolop() == BoolExprType::OrExpr;
    match node {
        NodeEnum::BoolExpr(e) if nested(e) => inners(&e.args).for_each(|arg| flatten(arg, arms)),
        other => arms.push(other),
    }
}

/// `a = 1 OR a = 2` is `a IN (1, 2)`: every arm is one equality on one target.
fn as_in_list(width: usize, noted: &[(usize, Pending)]) -> Option<Pending> {
    let mut values = Vec::new();
    let ((_, first), What::Filter(model)) = (noted.first()?, &noted.first()?.1.what) else { return None };
    for (position, (arm, pending)) in noted.iter().enumerate() {
        let What::Filter(filter) = &pending.what else { return None };
        if *arm != position || pending.access != first.access || filter.target != model.target {
            return None;
        }
        match (&filter.operator, &filter.operand) {
            (FilterOp::In, Operand::List(list)) => values.extend(list.iter().cloned()),
            (FilterOp::Equal | FilterOp::In, operand) => values.push(operand.clone()),
            _ => return None,
        }
    }
    if noted.len() != width {
        return None;
    }
    let filter = Filter { target: model.target.clone(), operator: FilterOp::In, operand: Operand::List(values), disjunct: None };
    let over_nullable = first.over_nullable;
    Some(Pending { access: first.access, via: first.via.clone(), what: What::Filter(filter), over_nullable })
}
