//! Names that are cut short, and names without a schema.

use pg_query::NodeEnum;
use pg_query::protobuf::RangeVar;

use crate::ident::MAX_IDENT_BYTES;
use crate::lint::cx::Cx;
use crate::lint::draft::Draft;
use crate::lint::name::Name;
use crate::migration::script;

/// DBL403
const NO_SCHEMA: &str = "table-without-schema";
/// DBL404
const LONG: &str = "identifier-too-long";

/// Looks at the names of a statement.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    too_long(cx, found);
    without_schema(cx, found);
}

/// The parser has cut the name already: the text has it whole.
fn too_long(cx: &Cx, found: &mut Vec<Draft>) {
    let mut run = 0;
    let long = cx.text().bytes().any(|b| {
        run = if b.is_ascii_alphanumeric() || b == b'_' || b == b' ' || b >= 0x80 { run + 1 } else { 0 };
        run > MAX_IDENT_BYTES
    });
    if !long || matches!(cx.node(), NodeEnum::CreateFunctionStmt(_) | NodeEnum::DoStmt(_)) {
        return;
    }
    for place in script::words(&cx.script.sql, cx.statement().span.clone()) {
        let word = &cx.script.sql[place.clone()];
        let name = word.trim_matches('"').replace("\"\"", "\"");
        if name.len() <= MAX_IDENT_BYTES {
            continue;
        }
        let mut end = MAX_IDENT_BYTES;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        let short = crate::ident::Ident::new(&name[..end]);
        let draft = Draft::new(
            LONG,
            &short,
            format!("a name of {} bytes is cut to {MAX_IDENT_BYTES}: {short}", name.len()),
            "two names that begin alike become one, and the database does not know the name that the file says",
        );
        let sql = crate::ident::short_name(&name, "");
        found.push(draft.at(place.start).instead(format!("-- a shorter name, such as {}", crate::lint::draft::in_comment(sql))));
    }
}

fn without_schema(cx: &Cx, found: &mut Vec<Draft>) {
    let relation: Option<&RangeVar> = match cx.node() {
        NodeEnum::CreateStmt(s) => s.relation.as_ref(),
        NodeEnum::AlterTableStmt(s) => s.relation.as_ref(),
        NodeEnum::IndexStmt(s) => s.relation.as_ref(),
        NodeEnum::RenameStmt(s) => s.relation.as_ref(),
        NodeEnum::CreateTableAsStmt(s) => s.into.as_ref().and_then(|i| i.rel.as_ref()),
        NodeEnum::ViewStmt(s) => s.view.as_ref(),
        NodeEnum::CreateTrigStmt(s) => s.relation.as_ref(),
        NodeEnum::InsertStmt(s) => s.relation.as_ref(),
        NodeEnum::UpdateStmt(s) => s.relation.as_ref(),
        NodeEnum::DeleteStmt(s) => s.relation.as_ref(),
        _ => None,
    };
    let Some(relation) = relation.filter(|r| r.schemaname.is_empty() && r.relpersistence != "t") else { return };
    let name = Name::of(relation);
    let draft = Draft::new(
        NO_SCHEMA,
        &name,
        format!("{name} is named without its schema"),
        "which table that is depends on the search_path of the one who runs the file",
    );
    let place = cx.statement().place(relation.location);
    let schema = crate::ident::Ident::new(cx.state.key(&name).schema);
    found.push(draft.at(place).instead(format!("{schema}.{name}")));
}
