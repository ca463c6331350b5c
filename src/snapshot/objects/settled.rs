//! Expressions as Postgres prints them when it has read its own print.
//!
//! `a in ('x', 'y')` on a varchar column is printed as `(a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])`.
//! Loaded from that text (by a restored dump, or by a baseline) the cast of the array has become one of its elements, and it is printed as
//! `ARRAY[('x'::character varying)::text, ('y'::character varying)::text]`. Both mean the same, and only the second stays as it is. So that
//! one is what we keep. Source: `transformTypeCast()` in `src/backend/parser/parse_expr.c`.

const OPEN: &str = "(ARRAY[";

/// The text in its last form.
pub(super) fn settled(text: String) -> String {
    if !text.contains(OPEN) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if let Some((array, length)) = cast_array(rest) {
            out.push_str(&array);
            at += length;
        } else {
            let length = token(rest);
            out.push_str(&rest[..length]);
            at += length;
        }
    }
    out
}

/// `(ARRAY[...])::type[]` at the beginning of a text: what it becomes, and how long it is.
fn cast_array(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix(OPEN)?;
    let (elements, length) = elements(inside)?;
    let after = inside[length..].strip_prefix(")::")?;
    let name = type_name(after)?;
    let whole = text.len() - after.len() + name.len() + "[]".len();
    Some((array(&elements, name), whole))
}

fn array(elements: &[&str], type_name: &str) -> String {
    let one = |element: &&str| match element.strip_prefix("ARRAY[").and_then(self::elements) {
        // an array of arrays: the cast goes down to what they hold
        Some((inner, length)) if "ARRAY[".len() + length == element.len() => array(&inner, type_name),
        _ => format!("({})::{type_name}", settled((*element).to_owned())),
    };
    format!("ARRAY[{}]", elements.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// What stands between here and the closing bracket, and how long it is with the bracket.
fn elements(text: &str) -> Option<(Vec<&str>, usize)> {
    let (mut depth, mut at, mut start) = (0, 0, 0);
    let mut found = Vec::new();
    while at < text.len() {
        let rest = &text[at..];
        match rest.as_bytes()[0] {
            b'(' | b'[' => depth += 1,
            b']' if depth == 0 => {
                found.push(&text[start..at]);
                return Some((found, at + 1));
            }
            b')' | b']' => depth -= 1,
            b',' if depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1 + usize::from(rest[1..].starts_with(' '));
            }
            _ => {}
        }
        at += token(rest);
    }
    None
}

/// The name in front of `[]`: `text`, `character varying(20)`, `app."State"`.
fn type_name(text: &str) -> Option<&str> {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        match first {
            '[' => return rest.starts_with("[]").then(|| &text[..at]).filter(|name| !name.is_empty()),
            '"' | ' ' | '.' | '(' | ')' | ',' | '_' | '$' => {}
            c if c.is_alphanumeric() => {}
            _ => return None,
        }
        at += token(rest);
    }
    None
}

/// How long the first token is: a literal or quoted name as a whole, else one character.
fn token(text: &str) -> usize {
    let bytes = text.as_bytes();
    let escapes = text.starts_with("E'");
    let (quote, mut at) = match bytes[0] {
        b'E' if escapes => (b'\'', 2),
        quote @ (b'\'' | b'"') => (quote, 1),
        _ => return text.chars().next().map_or(1, char::len_utf8),
    };
    while at < bytes.len() {
        if bytes[at] == quote {
            // doubled: still inside
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        } else if escapes && bytes[at] == b'\\' {
            at += 1;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_goes_to_the_elements() {
        let cases = [
            (
                "((a)::text = ANY ((ARRAY['x'::character varying, 'y, ]'::character varying])::text[]))",
                "((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y, ]'::character varying)::text]))",
            ),
            ("(ARRAY[1, f(a, 2)])::bigint[]", "ARRAY[(1)::bigint, (f(a, 2))::bigint]"),
            ("(ARRAY[a])::app.\"My [] type\"[] || b", "ARRAY[(a)::app.\"My [] type\"] || b"),
            ("(ARRAY[a])::character varying(20)[]", "ARRAY[(a)::character varying(20)]"),
            ("(ARRAY[ARRAY['a'::text], ARRAY[b]])::x[]", "ARRAY[ARRAY[('a'::text)::x], ARRAY[(b)::x]]"),
            ("(ARRAY[((ARRAY[1])::text[])[1]])::x[]", "ARRAY[((ARRAY[(1)::text])[1])::x]"),
        ];
        for (printed, last) in cases {
            assert_eq!(settled(printed.to_owned()), last);
            assert_eq!(settled(last.to_owned()), last);
        }
    }

    #[test]
    fn what_is_no_cast_of_an_array_stays() {
        for text in [
            "(a = ANY (ARRAY['x'::text, 'y'::text]))",
            "'(ARRAY[1])::text[]'",
            "E'\\'(ARRAY[1])::text[]'",
            "\"(ARRAY[1])::text[]\"",
            "((ARRAY[1, 2])[1] > 0)",
            "(ARRAY[1",
            "(ARRAY[1])::",
        ] {
            assert_eq!(settled(text.to_owned()), text);
        }
    }
}
