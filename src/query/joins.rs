//! Equalities between relations: which of them may be looked up by the key.

use super::compare::Side;
use super::model::{FilterOp, JoinKey, JoinSide, Operand, Target};
use super::predicate::Clause;
use super::scope::{At, Link, Scope};
use super::walk::{Pending, Walker, What};

impl<'c> Walker<'c, '_> {
    /// `left = right`, both of them some relation's.
    pub fn join(&mut self, left: &Side, right: &Side, scope: &Scope<'c, '_>, clause: &Clause) {
        let ((l, l_levels), (r, r_levels)) = (left.targets(), right.targets());
        match (l_levels, r_levels) {
            (0, 0) => self.join_pairs(&l, &r, clause),
            (0, _) | (_, 0) => {
                let inner_is_left = l_levels == 0;
                let (inside, outside) = if inner_is_left { (&l, &r) } else { (&r, &l) };
                let (looked_up, kept) = match scope.link {
                    Link::Semi => (JoinSide::Either, JoinSide::Either),
                    _ => (JoinSide::LookedUp, JoinSide::Kept),
                };
                self.join_keys(inside, outside, |_, key| What::Join(JoinKey { side: looked_up, ..key }));
                self.join_keys(outside, inside, |_, key| What::Join(JoinKey { side: kept, ..key }));
            }
            _ => {}
        }
    }

    /// Columns that USING, NATURAL or `IN (SELECT ...)` make equal.
    pub fn join_columns(&mut self, left: &[At], right: &[At], clause: &Clause) {
        let targets = |ats: &[At]| ats.iter().map(|at| (at.clone(), Target::Column(at.column.clone()))).collect::<Vec<_>>();
        self.join_pairs(&targets(left), &targets(right), clause);
    }

    /// `x IN (SELECT y ...)`: a semi-join of x with y.
    pub fn join_output(&mut self, side: &Side, outputs: &[At], clause: &Clause) {
        let inside: Vec<_> = outputs.iter().map(|at| (at.clone(), Target::Column(at.column.clone()))).collect();
        match side {
            Side::Column(_) | Side::Expression { .. } => {
                let (outside, levels) = side.targets();
                if levels == 0 {
                    self.join_pairs(&outside, &inside, clause);
                }
            }
            Side::Value(operand) => {
                for (at, target) in inside {
                    self.filter_at(&at, target, FilterOp::Equal, operand.clone(), clause);
                }
            }
            Side::Varying => {}
        }
    }

    fn join_pairs(&mut self, left: &[(At, Target)], right: &[(At, Target)], clause: &Clause) {
        if let ([(l, target)], [(r, _)]) = (left, right)
            && l.access == r.access
        {
            let operand = Operand::Column { access: r.access, column: r.column.clone() };
            return self.filter_at(l, target.clone(), FilterOp::Equal, operand, clause);
        }
        let key = |at: &At, key: JoinKey| {
            let side = clause.side(at.access);
            let key = JoinKey { side, ..key };
            if clause.is_where() { What::Join(key) } else { What::OuterJoin(key) }
        };
        self.join_keys(left, right, key);
        self.join_keys(right, left, key);
    }

    fn join_keys(&mut self, these: &[(At, Target)], others: &[(At, Target)], noted: impl Fn(&At, JoinKey) -> What) {
        let Some((other, other_target)) = others.first() else { return };
        for (at, target) in these.iter().filter(|(at, _)| at.pushable) {
            let key = JoinKey {
                target: target.clone(),
                other: other.access,
                other_target: other_target.clone(),
                side: JoinSide::Either,
            };
            let what = noted(at, key);
            self.pending.push(Pending { access: at.access, via: at.via.clone(), what, over_nullable: at.nullable });
        }
    }
}
