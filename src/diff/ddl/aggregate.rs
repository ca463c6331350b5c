//! Aggregates: Postgres prints none of them, so they are put together here.

use super::parts::{definition, set};
use crate::diff::draft::Draft;
use crate::ident::literal;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Aggregate;

pub(super) fn create(object: &Object, aggregate: &Aggregate) -> Vec<Draft> {
    vec![Draft::new(sql("CREATE", object, aggregate))]
}

/// CREATE OR REPLACE keeps the aggregate where it takes and gives the same.
pub(super) fn alter(object: &Object, old: &Aggregate, new: &Aggregate) -> Option<Vec<Draft>> {
    let same = old.kind == new.kind && old.result == new.result && old.arguments == new.arguments;
    same.then(|| vec![Draft::new(sql("CREATE OR REPLACE", object, new))])
}

fn sql(verb: &str, object: &Object, a: &Aggregate) -> String {
    let arguments = if a.arguments.is_empty() { "*" } else { &a.arguments };
    let flag = |on: bool, word: &str| on.then(|| word.to_owned());
    let space = |key: &str, bytes: i32| (bytes != 0).then(|| format!("{key} = {bytes}"));
    let text = |key: &str, value: &Option<String>| set(key, value.as_ref().map(|v| literal(v)).as_ref());
    // an ordered-set aggregate's final function may change the state unless it is said
    let usual = if a.kind == 'n' { 'r' } else { 'w' };
    let modify = |key: &str, how: char| {
        let word = match how {
            'r' => "READ_ONLY",
            's' => "SHAREABLE",
            _ => "READ_WRITE",
        };
        (how != usual).then(|| format!("{key} = {word}"))
    };
    let parallel = match a.parallel {
        's' => Some("PARALLEL = SAFE".to_owned()),
        'r' => Some("PARALLEL = RESTRICTED".to_owned()),
        _ => None,
    };
    let options = definition([
        set("SFUNC", a.sfunc.as_ref()),
        Some(format!("STYPE = {}", a.stype)),
        space("SSPACE", a.sspace),
        set("FINALFUNC", a.finalfunc.as_ref()),
        flag(a.finalfunc_extra, "FINALFUNC_EXTRA"),
        modify("FINALFUNC_MODIFY", a.finalfunc_modify),
        set("COMBINEFUNC", a.combinefunc.as_ref()),
        set("SERIALFUNC", a.serialfunc.as_ref()),
        set("DESERIALFUNC", a.deserialfunc.as_ref()),
        text("INITCOND", &a.initcond),
        set("MSFUNC", a.msfunc.as_ref()),
        set("MINVFUNC", a.minvfunc.as_ref()),
        set("MSTYPE", a.mstype.as_ref()),
        space("MSSPACE", a.msspace),
        set("MFINALFUNC", a.mfinalfunc.as_ref()),
        flag(a.mfinalfunc_extra, "MFINALFUNC_EXTRA"),
        modify("MFINALFUNC_MODIFY", a.mfinalfunc_modify),
        text("MINITCOND", &a.minitcond),
        a.sortop.as_ref().map(|op| format!("SORTOP = OPERATOR({op})")),
        parallel,
        flag(a.kind == 'h', "HYPOTHETICAL"),
    ]);
    format!("{verb} AGGREGATE {}({arguments}){options}", object.id.name_sql())
}
