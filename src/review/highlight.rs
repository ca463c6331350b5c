//! SQL in colours. Every line is escaped: nothing of a file reaches the terminal as it is.

use console::Style;
use pg_query::protobuf::{KeywordKind, Token};

use crate::ident::one_line;

/// What a part of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Plain,
    Keyword,
    Literal,
    Comment,
}

/// The lines of an SQL text, coloured where `color`.
pub fn highlight(sql: &str, color: bool) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (part, text) in parts(sql) {
        for (i, piece) in text.split('\n').enumerate() {
            if i > 0 {
                lines.push(String::new());
            }
            // blanks of an indentation stay
            let shown = one_line(&piece.replace('\t', "    "));
            if let Some(line) = lines.last_mut() {
                line.push_str(&dye(part, &shown, color));
            }
        }
    }
    lines
}

fn dye(part: Part, text: &str, color: bool) -> String {
    let style = Style::new().force_styling(color);
    match part {
        _ if text.is_empty() => String::new(),
        Part::Plain => text.to_owned(),
        Part::Keyword => style.bold().blue().apply_to(text).to_string(),
        Part::Literal => style.green().apply_to(text).to_string(),
        Part::Comment => style.dim().apply_to(text).to_string(),
    }
}

/// The text cut where its kind changes. What the scanner cannot read is plain.
fn parts(sql: &str) -> Vec<(Part, &str)> {
    let tokens = pg_query::scan(sql).map(|s| s.tokens).unwrap_or_default();
    let (mut parts, mut at) = (Vec::new(), 0);
    for token in tokens {
        let (Ok(start), Ok(end)) = (usize::try_from(token.start), usize::try_from(token.end)) else { continue };
        let (Some(before), Some(text)) = (sql.get(at..start), sql.get(start..end)) else { continue };
        parts.push((Part::Plain, before));
        let is = |wanted: &[Token]| wanted.iter().any(|t| *t as i32 == token.token);
        let part = if is(&[Token::SqlComment, Token::CComment]) {
            Part::Comment
        } else if is(&[Token::Sconst, Token::Bconst, Token::Xconst, Token::Usconst]) {
            // the body of a function or a DO block is code
            if text.starts_with('$') { Part::Plain } else { Part::Literal }
        } else if token.keyword_kind != KeywordKind::NoKeyword as i32 {
            Part::Keyword
        } else {
            Part::Plain
        };
        parts.push((part, text));
        at = end;
    }
    parts.push((Part::Plain, sql.get(at..).unwrap_or_default()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_change_no_letter() {
        let sql = "-- why\nSELECT 'a\u{1b}[31m' FROM \"T\";\n\tDO $$ begin end $$";
        assert_eq!(highlight(sql, false), ["-- why", "SELECT 'a\\u{1b}[31m' FROM \"T\";", "    DO $$ begin end $$"]);
        let coloured = highlight(sql, true).join("\n");
        assert_eq!(console::strip_ansi_codes(&coloured), highlight(sql, false).join("\n"));
        assert!(coloured.contains("\u{1b}[34m"), "{coloured:?}");
    }
}
