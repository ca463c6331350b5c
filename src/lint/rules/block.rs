//! DO blocks whose statements cannot be read.

use pg_query::NodeEnum;

use crate::lint::block;
use crate::lint::cx::Cx;
use crate::lint::draft::Draft;

/// DBL305
const UNREAD: &str = "block-not-readable";

/// `DO` with EXECUTE of a text that is made up, or in a language other than PL/pgSQL.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::DoStmt(stmt) = cx.node() else { return };
    let (_, language) = block::body(stmt);
    let because = match block::tree(stmt) {
        _ if language != "plpgsql" => format!("it is written in {language}"),
        None => "its body does not parse".to_owned(),
        Some(tree) if block::executes_unknown(&tree) => "it runs EXECUTE with a text that is made when it runs".to_owned(),
        Some(_) => return,
    };
    let draft = Draft::new(UNREAD, "DO", "what this DO block does is not known", format!("{because}: nothing in it is linted"));
    found.push(draft.instead(
        "-- write the statements out, or say that it was looked at: -- dbharden:ignore block-not-readable ...".to_owned(),
    ));
}
