//! Enums: values without a place, values used too soon, enums at all.

use pg_query::NodeEnum;

use crate::lint::cx::Cx;
use crate::lint::draft::Draft;
use crate::lint::name::Name;

/// DBL304
const USED: &str = "enum-value-used-too-soon";
/// DBL406
const UNPLACED: &str = "enum-value-without-place";
/// DBL411
const CREATED: &str = "enum-created";

/// `ALTER TYPE ... ADD VALUE`, `CREATE TYPE ... AS ENUM`, and statements that use a value.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    match cx.node() {
        NodeEnum::AlterEnumStmt(alter) if alter.old_val.is_empty() && alter.new_val_neighbor.is_empty() => {
            let Some(name) = Name::of_parts(&alter.type_name) else { return };
            let value = crate::ident::literal(&alter.new_val);
            let draft = Draft::new(
                UNPLACED,
                &name,
                format!("value {value} is added to {name} without BEFORE or AFTER"),
                "it comes last, which ORDER BY and < go by; that can never be changed",
            );
            found.push(draft.instead(format!("{} AFTER '...';", cx.text())));
        }
        NodeEnum::CreateEnumStmt(create) => {
            let Some(name) = Name::of_parts(&create.type_name) else { return };
            let draft = Draft::new(
                CREATED,
                &name,
                format!("enum {name} is created"),
                "its values can be neither dropped nor reordered, and carry nothing but a name",
            );
            let sql = format!("CREATE TABLE {name} (name text PRIMARY KEY);   -- and a foreign key to it");
            found.push(draft.instead(sql));
        }
        NodeEnum::AlterEnumStmt(_) => {}
        _ => used(cx, found),
    }
}

/// A value that the transaction has added cannot be used before it ends.
fn used(cx: &Cx, found: &mut Vec<Draft>) {
    if !cx.state.transaction.is_open() {
        return;
    }
    for (of, value) in &cx.state.transaction.enum_values {
        let literal = format!("'{}'", value.replace('\'', "''"));
        if !cx.text().contains(&literal) || matches!(cx.node(), NodeEnum::CommentStmt(_) | NodeEnum::CreateFunctionStmt(_)) {
            continue;
        }
        let name = crate::ident::Ident::new(of.as_str());
        let draft = Draft::new(
            USED,
            &name,
            format!("{literal} of {name} is used in the transaction that adds it"),
            "the server refuses it: unsafe use of new value",
        );
        found.push(draft.instead("COMMIT;   -- or in a later file".to_owned()));
    }
}
