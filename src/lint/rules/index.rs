//! Indexes built, dropped or rebuilt while the table is locked.

use pg_query::NodeEnum;
use pg_query::protobuf::{DropStmt, ObjectType, ReindexObjectType};

use crate::lint::cx::{Cx, deparse};
use crate::lint::draft::{Draft, Edit, WorkKind};
use crate::lint::name::{Name, has_option, inners};
use crate::plan::LockMode;

/// DBL101
const BUILT: &str = "index-built-under-lock";
/// DBL102
const DROPPED: &str = "index-dropped-under-lock";
/// DBL103
const REINDEXED: &str = "reindex-under-lock";

/// `CREATE INDEX` without CONCURRENTLY.
pub fn built(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::IndexStmt(index) = cx.node() else { return };
    let Some(relation) = index.relation.as_ref().filter(|r| !index.concurrent && r.inh) else { return };
    let table = Name::of(relation);
    if cx.state.is_fresh(&table) {
        return;
    }
    let unique = if index.unique { "unique index" } else { "index" };
    let what = format!("{unique} on {table} is built without CONCURRENTLY");
    let draft = Draft::locked(BUILT, &table, LockMode::Share, WorkKind::Index, what);
    // CONCURRENTLY is refused for a partitioned table: each partition gets its own, which is then attached
    if cx.state.table(&table).is_some_and(|t| t.partitioned) {
        let mut only = (**index).clone();
        if let Some(relation) = &mut only.relation {
            relation.inh = false;
        }
        let name = if index.idxname.is_empty() { "index_of_parent" } else { &index.idxname };
        let only = deparse(NodeEnum::IndexStmt(Box::new(only)));
        let steps = format!(
            "{};\n-- then for each partition:\nCREATE INDEX CONCURRENTLY index_of_partition ON partition ...;\n\
             ALTER INDEX {} ATTACH PARTITION index_of_partition;",
            only.unwrap_or_default(),
            table.beside(name)
        );
        found.push(draft.also("the locks of all partitions are held until the last index is built").instead(steps));
        return;
    }
    let mut concurrent = (**index).clone();
    concurrent.concurrent = true;
    let sql = deparse(NodeEnum::IndexStmt(Box::new(concurrent))).map(|sql| outside(cx, sql));
    found.push(draft.instead(sql).edits(insert_after(cx, "INDEX", " CONCURRENTLY")));
}

/// `DROP INDEX` without CONCURRENTLY.
pub fn dropped(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::DropStmt(drop) = cx.node() else { return };
    if drop.remove_type != ObjectType::ObjectIndex as i32 || drop.concurrent {
        return;
    }
    for object in inners(&drop.objects) {
        let Some(index) = Name::of_object(object) else { continue };
        let table = cx.state.table_of_index(&index);
        // the index of a table that nobody uses, or one that cannot be dropped concurrently
        let partitioned = table.as_ref().and_then(|t| cx.state.table(t)).is_some_and(|t| t.partitioned);
        if partitioned || table.as_ref().is_some_and(|t| cx.state.is_fresh(t)) {
            continue;
        }
        let alone =
            DropStmt { concurrent: true, objects: vec![pg_query::protobuf::Node { node: Some(object.clone()) }], ..drop.clone() };
        let of = table.as_ref().map_or_else(String::new, |t| format!(" of {t}"));
        let mut draft = Draft::locked(
            DROPPED,
            table.as_ref().unwrap_or(&index),
            LockMode::AccessExclusive,
            WorkKind::Moment,
            format!("index {index}{of} is dropped without CONCURRENTLY"),
        );
        draft.object = index.to_string();
        if table.is_none() {
            draft.because =
                "it waits for ACCESS EXCLUSIVE on the index's table, and all that come after wait behind it".to_owned();
        }
        let sql = deparse(NodeEnum::DropStmt(alone)).map(|sql| outside(cx, sql));
        let edits = if drop.objects.len() == 1 { insert_after(cx, "INDEX", " CONCURRENTLY") } else { Vec::new() };
        found.push(draft.instead(sql).edits(edits));
    }
}

/// `REINDEX` without CONCURRENTLY.
pub fn reindexed(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::ReindexStmt(reindex) = cx.node() else { return };
    let kind = ReindexObjectType::try_from(reindex.kind);
    if has_option(&reindex.params, "concurrently") || kind == Ok(ReindexObjectType::ReindexObjectSystem) {
        return;
    }
    let named = reindex.relation.as_ref().map(Name::of);
    let table = named.as_ref().map(|n| cx.state.table_of_index(n).unwrap_or_else(|| n.clone()));
    if table.as_ref().is_some_and(|t| cx.state.is_fresh(t)) {
        return;
    }
    let word = match kind {
        Ok(ReindexObjectType::ReindexObjectIndex) => "INDEX",
        Ok(ReindexObjectType::ReindexObjectTable) => "TABLE",
        Ok(ReindexObjectType::ReindexObjectSchema) => "SCHEMA",
        _ => "DATABASE",
    };
    let object = named.map_or_else(|| crate::ident::Ident::new(reindex.name.as_str()).to_string(), |n| n.to_string());
    let what = format!("REINDEX {word} {object} without CONCURRENTLY");
    let draft = match &table {
        Some(table) => Draft::locked(REINDEXED, table, LockMode::Share, WorkKind::Index, what)
            .also("queries that would use the index wait as well: it is locked ACCESS EXCLUSIVE"),
        None => Draft::new(
            REINDEXED,
            &object,
            what,
            "table after table is locked SHARE while its indexes are built, and each index ACCESS EXCLUSIVE",
        ),
    };
    let place = cx.word(word).filter(|_| cx.can_be_edited());
    let sql = place.as_ref().map(|p| {
        let (text, start) = (&cx.script.sql, cx.statement().span.clone());
        outside(cx, format!("{} CONCURRENTLY{}", &text[start.start..p.end], &text[p.end..start.end]))
    });
    found.push(draft.instead(sql).edits(insert_after(cx, word, " CONCURRENTLY")));
}

/// Puts text after the first place of a word, where the statement may be edited and runs outside a transaction.
pub(super) fn insert_after(cx: &Cx, word: &str, text: &str) -> Vec<Edit> {
    if cx.in_transaction() || !cx.can_be_edited() {
        return Vec::new();
    }
    cx.word(word).map(|p| Edit::insert(p.end, text)).into_iter().collect()
}

/// SQL that cannot run in a transaction, with a word about it where this one would.
pub(super) fn outside(cx: &Cx, sql: String) -> String {
    if cx.in_transaction() { format!("-- outside a transaction, in a file of its own\n{sql};") } else { format!("{sql};") }
}
