//! The rules: a function each, or one for a few that look at the same statement. Each has a folder `checks/migrations/<name>/`
//! that says who it is, explains it, and tests it.

mod about;
mod add_column;
mod backfill;
mod block;
mod check_constraint;
mod column_type;
mod compatibility;
mod dropped;
mod enums;
mod foreign_key;
mod held;
mod index;
mod index_advice;
mod key;
mod materialized_view;
mod naming;
mod not_null;
mod partition;
mod renamed;
mod rewrite;
mod robust;
mod taste;
mod timeout;
mod transaction;
mod trigger;
mod validate;

pub use about::{About, LockClaim, Rule, Rules, exists};

use super::cx::Cx;
use super::draft::Draft;

/// What a rule is: looks at a statement, adds what it finds.
pub type Look = fn(&Cx, &mut Vec<Draft>);

/// Looks at one statement with every rule.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    ALL.iter().for_each(|rule| rule(cx, found));
}

const ALL: [Look; 27] = [
    index::built,
    index::dropped,
    index::reindexed,
    partition::look,
    foreign_key::look,
    check_constraint::look,
    validate::look,
    key::look,
    not_null::look,
    column_type::look,
    add_column::look,
    rewrite::look,
    materialized_view::look,
    trigger::look,
    timeout::look,
    held::look,
    dropped::look,
    renamed::look,
    backfill::look,
    transaction::look,
    enums::look,
    block::look,
    robust::look,
    naming::look,
    index_advice::look,
    taste::look,
    compatibility::look,
];
