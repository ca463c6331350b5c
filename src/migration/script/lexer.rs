//! The tokens of an SQL text, as far as psql looks at them: enough to know where a statement ends.
//!
//! PostgreSQL's own scanner would stop at the first meta-command or line of COPY data; this one is asked token by token.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A key word or a bare name.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A comment.
    Comment,
    /// White space.
    Space,
    /// `;`
    Semicolon,
    /// `(`
    Open,
    /// `)`
    Close,
    /// A backslash outside of quotes: a meta-command begins.
    Backslash,
    /// Literals, numbers, operators.
    Other,
}

/// A quote, comment or dollar quote that never ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unterminated(pub(super) &'static str);

/// The token that begins at `at`, and where it ends. `at` must be inside the text. `escapes`: plain literals know backslashes
/// (`standard_conforming_strings` is off).
pub(super) fn next(text: &str, at: usize, escapes: bool) -> Result<(Token, usize), Unterminated> {
    let bytes = text.as_bytes();
    let second = bytes.get(at + 1).copied();
    let run = |from: usize, belongs: fn(u8) -> bool| from + bytes[from..].iter().take_while(|b| belongs(**b)).count();
    match bytes[at] {
        b if b.is_ascii_whitespace() => Ok((Token::Space, run(at, |b| b.is_ascii_whitespace()))),
        b'-' if second == Some(b'-') => Ok((Token::Comment, run(at, |b| b != b'\n'))),
        b'/' if second == Some(b'*') => block_comment(bytes, at).map(|end| (Token::Comment, end)),
        b'\'' => literal(bytes, at + 1, b'\'', escapes).map(|end| (Token::Other, end)).ok_or(Unterminated("literal")),
        b'"' => literal(bytes, at + 1, b'"', false).map(|end| (Token::Quoted, end)).ok_or(Unterminated("quoted name")),
        b'e' | b'E' if second == Some(b'\'') => {
            literal(bytes, at + 2, b'\'', true).map(|end| (Token::Other, end)).ok_or(Unterminated("literal"))
        }
        b'$' => dollar(text, at),
        b';' => Ok((Token::Semicolon, at + 1)),
        b'(' => Ok((Token::Open, at + 1)),
        b')' => Ok((Token::Close, at + 1)),
        b'\\' => Ok((Token::Backslash, at + 1)),
        b if begins_word(b) => Ok((Token::Word, run(at, |b| begins_word(b) || b.is_ascii_digit() || b == b'$'))),
        b if b.is_ascii_digit() => Ok((Token::Other, run(at, |b| b.is_ascii_alphanumeric() || b == b'_'))),
        _ => Ok((Token::Other, at + 1)),
    }
}

fn begins_word(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

/// Where a literal or quoted name ends whose inside begins at `at`; a doubled quote does not end it.
fn literal(bytes: &[u8], mut at: usize, quote: u8, escapes: bool) -> Option<usize> {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 2,
            b if b == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
            b if b == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// Comments nest.
fn block_comment(bytes: &[u8], start: usize) -> Result<usize, Unterminated> {
    let (mut at, mut depth) = (start + 2, 1);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (at, depth) = (at + 2, depth + 1),
            b"*/" if depth == 1 => return Ok(at + 2),
            b"*/" => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    Err(Unterminated("comment"))
}

/// `$tag$ ... $tag$`, or a lone dollar as in `$1`.
fn dollar(text: &str, at: usize) -> Result<(Token, usize), Unterminated> {
    let bytes = text.as_bytes();
    let mut end = at + 1;
    while end < bytes.len() && (begins_word(bytes[end]) || end > at + 1 && bytes[end].is_ascii_digit()) {
        end += 1;
    }
    if bytes.get(end) != Some(&b'$') {
        return Ok((Token::Other, at + 1));
    }
    let tag = &text[at..=end];
    match text[end + 1..].find(tag) {
        Some(inside) => Ok((Token::Other, end + 1 + inside + tag.len())),
        None => Err(Unterminated("dollar quote")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(Token, &str)> {
        let (mut at, mut found) = (0, Vec::new());
        while at < text.len() {
            let (token, end) = next(text, at, false).unwrap();
            if token != Token::Space {
                found.push((token, &text[at..end]));
            }
            at = end;
        }
        found
    }

    #[test]
    fn quotes_hide_semicolons() {
        let text = "'a;''' E'\\';' \"x\"\";\" $f$;$g$;$f$ $$;$$ $1 /*;/*;*/;*/ --;\n;";
        let semicolons = tokens(text).iter().filter(|(t, _)| *t == Token::Semicolon).count();
        assert_eq!(semicolons, 1);
    }

    #[test]
    fn a_dollar_inside_a_name_opens_nothing() {
        assert_eq!(tokens("a$b$c;")[0], (Token::Word, "a$b$c"));
        assert_eq!(tokens("né;")[0], (Token::Word, "né"));
    }

    #[test]
    fn what_never_ends_is_an_error() {
        for text in ["'a", "\"a", "$a$ $b$", "/* /* */", "E'\\'"] {
            assert!(next(text, 0, false).is_err(), "{text}");
        }
    }
}
