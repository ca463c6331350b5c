//! Files that cannot be run again after they failed half way.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ConstrType, ObjectType};

use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, Edit};
use crate::lint::name::{Name, inners};
use crate::lint::script::Statement;

/// DBL401
const ONCE: &str = "not-repeatable";
/// DBL402
const SKIPPED: &str = "invalid-index-skipped";

/// Statements that fail when they have been run already, and one that skips a broken index.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    skipped(cx, found);
    // in a transaction nothing is left of a file that failed; who runs it otherwise is often not known
    let alone = cx.script.in_transaction == Some(false) && !cx.in_transaction();
    if alone && cx.all.all.len() > 1 {
        once(cx, found);
    }
}

/// `CREATE INDEX CONCURRENTLY IF NOT EXISTS`, with nothing that looks whether the index is valid.
fn skipped(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::IndexStmt(index) = cx.node() else { return };
    let Some(table) = index.relation.as_ref().map(Name::of) else { return };
    if !index.concurrent || !index.if_not_exists || cx.state.is_fresh(&table) {
        return;
    }
    let name = table.beside(&index.idxname);
    let looked_at = |s: &Statement| cx.script.sql[s.span.clone()].contains("indisvalid");
    if drops_before(cx, &name) || cx.before().iter().chain(cx.after()).any(looked_at) {
        return;
    }
    let draft = Draft::new(
        SKIPPED,
        &name,
        format!("IF NOT EXISTS takes an INVALID {name} for done"),
        "a build that broke off leaves such an index behind; the next run skips it and succeeds, and no query can use it",
    );
    let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {name};");
    let edits = if cx.can_be_edited() && !cx.in_transaction() {
        vec![Edit::insert(cx.statement().span.start, format!("{drop}\n"))]
    } else {
        Vec::new()
    };
    found.push(draft.instead(format!("{drop}\n{};", cx.text())).edits(edits));
}

/// Whether a statement before drops an index of this name, if it is there.
fn drops_before(cx: &Cx, index: &Name) -> bool {
    let key = cx.state.key(index);
    cx.before().iter().any(|s| match &s.node {
        NodeEnum::DropStmt(d) => {
            d.remove_type == ObjectType::ObjectIndex as i32
                && inners(&d.objects).filter_map(Name::of_object).any(|n| cx.state.key(&n) == key)
        }
        _ => false,
    })
}

fn once(cx: &Cx, found: &mut Vec<Draft>) {
    let (object, word, exists) = match cx.node() {
        NodeEnum::CreateStmt(c) if !c.if_not_exists => (c.relation.as_ref().map(Name::of), "TABLE", "IF NOT EXISTS"),
        NodeEnum::IndexStmt(i) if !i.if_not_exists && !i.concurrent && !i.idxname.is_empty() => {
            (i.relation.as_ref().map(|r| Name::of(r).beside(&i.idxname)), "INDEX", "IF NOT EXISTS")
        }
        NodeEnum::IndexStmt(i) if !i.if_not_exists && i.concurrent && !i.idxname.is_empty() => {
            let Some(name) = i.relation.as_ref().map(|r| Name::of(r).beside(&i.idxname)) else { return };
            if !drops_before(cx, &name) {
                let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {name};");
                let edits = [Edit::insert(cx.statement().span.start, format!("{drop}\n"))];
                found.push(draft(&name).instead(format!("{drop}\n{};", cx.text())).edits(edits));
            }
            return;
        }
        NodeEnum::CreateSeqStmt(c) if !c.if_not_exists => (c.sequence.as_ref().map(Name::of), "SEQUENCE", "IF NOT EXISTS"),
        NodeEnum::CreateSchemaStmt(c) if !c.if_not_exists && !c.schemaname.is_empty() => {
            (Some(Name { schema: None, name: Ident::new(c.schemaname.as_str()) }), "SCHEMA", "IF NOT EXISTS")
        }
        NodeEnum::CreateExtensionStmt(c) if !c.if_not_exists => {
            (Some(Name { schema: None, name: Ident::new(c.extname.as_str()) }), "EXTENSION", "IF NOT EXISTS")
        }
        NodeEnum::DropStmt(d) if !d.missing_ok && drop_word(d.remove_type).is_some() => {
            let word = if d.concurrent { "CONCURRENTLY" } else { drop_word(d.remove_type).unwrap_or_default() };
            (inners(&d.objects).find_map(Name::of_object), word, "IF EXISTS")
        }
        NodeEnum::AlterEnumStmt(a) if a.old_val.is_empty() && !a.skip_if_new_val_exists => {
            (Name::of_parts(&a.type_name), "VALUE", "IF NOT EXISTS")
        }
        NodeEnum::AlterTableStmt(_) => return altered(cx, found),
        _ => return,
    };
    let Some(object) = object else { return };
    let edit = cx.word(word).filter(|_| cx.can_be_edited()).map(|p| Edit::insert(p.end, format!(" {exists}")));
    let sql = edit.as_ref().map(|e| with(cx, e));
    found.push(draft(&object).instead(sql).edits(edit));
}

fn altered(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands.filter(|c| !c.cmd.missing_ok) {
        let (what, exists) = match (command.kind(), command.def()) {
            (AlterTableType::AtAddColumn, Some(NodeEnum::ColumnDef(c))) => (Ident::new(c.colname.as_str()), "IF NOT EXISTS"),
            (AlterTableType::AtDropColumn | AlterTableType::AtDropConstraint, _) => {
                (Ident::new(command.cmd.name.as_str()), "IF EXISTS")
            }
            (AlterTableType::AtAddConstraint, Some(NodeEnum::Constraint(c)))
                if !c.conname.is_empty() && c.contype != ConstrType::ConstrNotnull as i32 =>
            {
                let name = Ident::new(c.conname.as_str());
                if !drops_constraint(cx, &table, &c.conname) {
                    let sql = format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};\n{};", cx.text());
                    let mut draft = draft(&table).instead(sql);
                    draft.message = format!("adding {name} to {table} fails when the file is run again");
                    found.push(draft);
                }
                continue;
            }
            _ => continue,
        };
        let verb = if exists == "IF EXISTS" { "DROP" } else { "ADD" };
        let mut draft = draft(&table);
        draft.message = format!("{verb} {what} of {table} fails when the file is run again");
        let sql = command.alone(|cmd| cmd.missing_ok = true).map(|sql| format!("{sql};"));
        let edit = cx.word("COLUMN").filter(|_| command.is_alone() && cx.can_be_edited());
        let edit = edit.map(|p| Edit::insert(p.end, format!(" {exists}")));
        found.push(draft.instead(sql).edits(edit));
    }
}

/// Whether the same statement or one before drops the constraint, if it is there.
fn drops_constraint(cx: &Cx, table: &Name, constraint: &str) -> bool {
    let key = cx.state.key(table);
    let drops = |s: &Statement| match &s.node {
        NodeEnum::AlterTableStmt(a) => {
            a.relation.as_ref().is_some_and(|r| cx.state.key(&Name::of(r)) == key)
                && inners(&a.cmds).any(|c| match c {
                    NodeEnum::AlterTableCmd(c) => {
                        c.subtype == AlterTableType::AtDropConstraint as i32 && c.name == constraint && c.missing_ok
                    }
                    _ => false,
                })
        }
        _ => false,
    };
    cx.before().iter().any(drops) || drops(cx.statement())
}

fn draft(object: &Name) -> Draft {
    Draft::new(
        ONCE,
        object,
        format!("the statement about {object} fails when the file is run again"),
        "the file runs outside a transaction: when a later statement fails, this one has been done",
    )
}

/// The statement with the edit made.
fn with(cx: &Cx, edit: &Edit) -> String {
    let span = cx.statement().span.clone();
    let text = &cx.script.sql;
    format!("{}{}{};", &text[span.start..edit.at], edit.insert, &text[edit.at..span.end])
}

fn drop_word(object_type: i32) -> Option<&'static str> {
    match ObjectType::try_from(object_type).ok()? {
        ObjectType::ObjectTable => Some("TABLE"),
        ObjectType::ObjectIndex => Some("INDEX"),
        ObjectType::ObjectView | ObjectType::ObjectMatview => Some("VIEW"),
        ObjectType::ObjectType => Some("TYPE"),
        ObjectType::ObjectDomain => Some("DOMAIN"),
        ObjectType::ObjectSequence => Some("SEQUENCE"),
        ObjectType::ObjectSchema => Some("SCHEMA"),
        ObjectType::ObjectExtension => Some("EXTENSION"),
        ObjectType::ObjectTrigger => Some("TRIGGER"),
        ObjectType::ObjectPolicy => Some("POLICY"),
        ObjectType::ObjectFunction => Some("FUNCTION"),
        ObjectType::ObjectProcedure => Some("PROCEDURE"),
        _ => None,
    }
}
