//! Sub-queries in expressions: EXISTS, IN, scalar, ARRAY.

use pg_query::NodeEnum;
use pg_query::protobuf::{SubLink, SubLinkType};

use super::compare::Side;
use super::nodes::{inner, inners, last_name};
use super::predicate::Clause;
use super::scope::{Link, Output, Scope};
use super::walk::{Use, Walker};

impl<'c> Walker<'c, '_> {
    /// A sub-query as a value.
    pub fn sublink(&mut self, link: &SubLink, scope: &Scope<'c, '_>) {
        if let Some(test) = inner(&link.testexpr) {
            self.read(test, scope);
        }
        let used = if link.sub_link_type() == SubLinkType::ExistsSublink { Use::Never } else { Use::Read };
        self.body(link, scope, Link::PerRow, used);
    }

    /// A sub-query as a condition: a semi-join or anti-join where PostgreSQL makes one of it.
    pub fn sublink_condition(&mut self, link: &SubLink, negated: bool, scope: &Scope<'c, '_>, clause: &Clause) {
        match link.sub_link_type() {
            SubLinkType::ExistsSublink => {
                let joined = if negated { Link::Anti } else { Link::Semi };
                self.body(link, scope, joined, Use::Never);
            }
            SubLinkType::AnySublink => {
                let Some(test) = inner(&link.testexpr) else { return };
                self.read(test, scope);
                // NOT IN (SELECT ...) is never made a join: NULLs forbid it
                let joined = if negated { Link::PerRow } else { Link::Semi };
                let outputs = self.body(link, scope, joined, Use::Read);
                let equality = link.oper_name.is_empty() || last_name(&link.oper_name) == "=";
                if negated || !equality {
                    return;
                }
                let sides: Vec<Side> = match test {
                    NodeEnum::RowExpr(row) => inners(&row.args).map(|n| self.side(n, scope)).collect(),
                    other => vec![self.side(other, scope)],
                };
                for (side, output) in sides.iter().zip(outputs) {
                    self.join_output(side, &output.ats, clause);
                }
            }
            _ => self.sublink(link, scope),
        }
    }

    fn body(&mut self, link: &SubLink, scope: &Scope<'c, '_>, joined: Link, used: Use) -> Vec<Output> {
        let Some(query) = inner(&link.subselect) else { return Vec::new() };
        self.depth += 1;
        let outputs = self.query(query, Some(scope), joined, true, used);
        self.depth -= 1;
        outputs
    }
}
