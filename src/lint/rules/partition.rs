//! Partitions created, attached or detached while others wait.

use pg_query::NodeEnum;
use pg_query::protobuf::AlterTableType;

use super::index::{insert_after, outside};
use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind};
use crate::lint::name::{Name, inners};
use crate::plan::LockMode;

/// DBL104
const DETACHED: &str = "partition-detached-under-lock";
/// DBL105
const ATTACHED: &str = "partition-attached-with-scan";
/// DBL106
const CREATED: &str = "partition-created-under-lock";

/// ATTACH, DETACH, and `CREATE TABLE ... PARTITION OF`.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    created(cx, found);
    let Some((parent, commands)) = cx.alters() else { return };
    for command in commands {
        let Some(NodeEnum::PartitionCmd(part)) = command.def() else { continue };
        let Some(child) = part.name.as_ref().map(Name::of) else { continue };
        match command.kind() {
            AlterTableType::AtDetachPartition if !part.concurrent && cx.version.at_least(14) => {
                let what = format!("{child} is detached from {parent} without CONCURRENTLY");
                let draft = Draft::locked(DETACHED, &parent, LockMode::AccessExclusive, WorkKind::Moment, what);
                let end = cx.statement().span.end;
                let sql = outside(cx, format!("{} CONCURRENTLY", cx.text()));
                let edits = if cx.word("CONCURRENTLY").is_none() && !insert_after(cx, "DETACH", "").is_empty() {
                    vec![crate::lint::draft::Edit::insert(end, " CONCURRENTLY")]
                } else {
                    Vec::new()
                };
                found.push(draft.instead(sql).edits(edits));
            }
            AlterTableType::AtAttachPartition if !cx.state.is_fresh(&child) => {
                // a validated check may prove the bounds; whether it does only the server can say
                if cx.state.table(&child).is_some_and(|t| t.checks.iter().any(|c| c.validated)) {
                    continue;
                }
                let what = format!("{child} is attached to {parent} without a CHECK that proves its bounds");
                let check = child.beside(&format!("{}_bounds", child.name.raw())).name;
                let sql = format!(
                    "ALTER TABLE {child} ADD CONSTRAINT {check} CHECK ({}) NOT VALID;\n\
                     -- in a transaction of its own\nALTER TABLE {child} VALIDATE CONSTRAINT {check};\n{};\n\
                     ALTER TABLE {child} DROP CONSTRAINT {check};",
                    bounds(cx, &parent).unwrap_or_else(|| "... /* the bounds, and key IS NOT NULL */".to_owned()),
                    cx.text()
                );
                let draft = Draft::locked(ATTACHED, &child, LockMode::AccessExclusive, WorkKind::Scan, what);
                found.push(draft.instead(sql));
            }
            _ => {}
        }
    }
}

/// What the bounds say of a row, where the key is a single column and the bounds are plain.
fn bounds(cx: &Cx, parent: &Name) -> Option<String> {
    let key = Ident::new(cx.state.table(parent)?.partition_key.clone()?);
    let text = &cx.script.sql[..cx.statement().span.end];
    let list = |word: &str| {
        let from = cx.word(word)?.end;
        let (open, close) = (text[from..].find('(')? + from, text[from..].find(')')? + from);
        let inside = text.get(open + 1..close)?.trim();
        // a call, or several columns
        (!inside.contains('(')).then_some(inside)
    };
    if let Some(values) = list("IN") {
        return Some(format!("{key} IN ({values}) AND {key} IS NOT NULL"));
    }
    let (from, to) = (list("FROM")?, list("TO")?);
    if from.contains(',') || to.contains(',') {
        return None;
    }
    let mut said = vec![format!("{key} IS NOT NULL")];
    said.extend((!from.eq_ignore_ascii_case("minvalue")).then(|| format!("{key} >= {from}")));
    said.extend((!to.eq_ignore_ascii_case("maxvalue")).then(|| format!("{key} < {to}")));
    Some(said.join(" AND "))
}

fn created(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::CreateStmt(create) = cx.node() else { return };
    let (Some(_), Some(relation)) = (&create.partbound, &create.relation) else { return };
    let Some(NodeEnum::RangeVar(parent)) = inners(&create.inh_relations).next() else { return };
    let (child, parent) = (Name::of(relation), Name::of(parent));
    if cx.state.is_fresh(&parent) {
        return;
    }
    let what = format!("{child} is created as a partition of {parent}, which is in use");
    let draft = Draft::locked(CREATED, &parent, LockMode::AccessExclusive, WorkKind::Moment, what)
        .also("CREATE TABLE and ATTACH take SHARE UPDATE EXCLUSIVE in its place");
    let bounds = cx.word("FOR").or_else(|| cx.word("DEFAULT"));
    let sql = bounds.map(|b| {
        let bounds = &cx.script.sql[b.start..cx.statement().span.end];
        format!(
            "CREATE TABLE {child} (LIKE {parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE);\n\
             ALTER TABLE {parent} ATTACH PARTITION {child} {bounds};"
        )
    });
    found.push(draft.instead(sql));
}
