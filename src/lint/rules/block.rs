//! DO blocks whose statements cannot be read.

use crate::lint::cx::Cx;
use crate::lint::draft::Draft;

/// DBL305
const UNREAD: &str = "block-not-readable";

/// `DO` with EXECUTE of a text that is made up, or in a language other than PL/pgSQL.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let Some(because) = &cx.statement().unreadable else { return };
    let draft = Draft::new(UNREAD, "DO", "what this DO block does is not known", format!("{because}: nothing in it is linted"));
    found.push(draft.instead(
        "-- write the statements out, or say that it was looked at: -- dbharden:ignore block-not-readable ...".to_owned(),
    ));
}
