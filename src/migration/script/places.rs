//! Places in a text: comments, words, commas, rows, as the lexer sees them.

use std::ops::Range;

use super::lexer::{self, Token};

/// Where the first token at or after `at` begins that is neither white space nor a comment.
pub fn skip_comments(text: &str, mut at: usize) -> usize {
    while at < text.len() {
        match lexer::next(text, at, false) {
            Ok((Token::Space | Token::Comment, end)) => at = end,
            _ => break,
        }
    }
    at
}

/// Where the last token of a part of a text ends that is neither white space nor a comment.
pub fn trim_comments(text: &str, part: Range<usize>) -> usize {
    let whole = part.start + text[part.clone()].trim_end().len();
    let last_line = text[part.start..whole].rsplit('\n').next().unwrap_or_default();
    // the common case must not take the text apart
    if !last_line.contains("--") && !last_line.ends_with("*/") {
        return whole;
    }
    let (mut at, mut end) = (part.start, part.start);
    while at < whole {
        let Ok((token, next)) = lexer::next(text, at, false) else { return whole };
        if !matches!(token, Token::Space | Token::Comment) {
            end = next;
        }
        at = next;
    }
    end
}

/// The comments of a text, each with its place.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    let (mut at, mut found) = (0, Vec::new());
    while at < text.len() {
        let Ok((token, end)) = lexer::next(text, at, false) else { break };
        if token == Token::Comment {
            found.push(at..end);
        }
        at = end;
    }
    found
}

/// The bare and quoted words of a part of a text, each with its place.
pub fn words(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = part.start;
    std::iter::from_fn(move || {
        while at < part.end {
            let (token, end) = lexer::next(text, at, false).ok()?;
            let place = at..end;
            at = end;
            if matches!(token, Token::Word | Token::Quoted) {
                return Some(place);
            }
        }
        None
    })
}

/// The `VALUES (...), (...)` of each INSERT of a text that has nothing but rows after it.
pub fn rows_of_inserts(text: &str) -> Vec<Range<usize>> {
    let (mut at, mut found) = (0, Vec::new());
    let (mut depth, mut first, mut inserts, mut values) = (0_usize, true, false, None);
    while at < text.len() {
        let Ok((token, end)) = lexer::next(text, at, false) else { break };
        let word = &text[at..end];
        match token {
            Token::Space | Token::Comment => {
                at = end;
                continue;
            }
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Semicolon if depth == 0 => {
                found.extend(values.take().map(|from| from..at));
                (first, inserts) = (true, false);
                at = end;
                continue;
            }
            Token::Word if first => inserts = word.eq_ignore_ascii_case("insert"),
            Token::Word if depth == 0 && inserts => {
                let is = |w: &str| word.eq_ignore_ascii_case(w);
                match values {
                    None if is("values") => values = Some(at),
                    None => inserts = !is("select") && !is("default"),
                    // ON CONFLICT, RETURNING, UNION
                    Some(_) => (inserts, values) = (false, None),
                }
            }
            Token::Backslash => return Vec::new(),
            _ => {}
        }
        first = false;
        at = end;
    }
    found
}

/// What follows each comma that stands in no parenthesis of a part of a text.
pub fn commas(text: &str, part: Range<usize>) -> impl Iterator<Item = usize> {
    let (mut at, mut depth) = (part.start, 0_usize);
    std::iter::from_fn(move || {
        while at < part.end {
            let (token, end) = lexer::next(text, at, false).ok()?;
            let comma = depth == 0 && token == Token::Other && &text[at..end] == ",";
            match token {
                Token::Open => depth += 1,
                Token::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            at = end;
            if comma {
                return Some(skip_comments(text, at));
            }
        }
        None
    })
}

/// What follows a possibly qualified name at the beginning of a part of a text.
pub fn behind_name(text: &str, part: Range<usize>) -> Option<usize> {
    let mut at = part.start;
    loop {
        let (token, end) = lexer::next(text, at, false).ok()?;
        if !matches!(token, Token::Word | Token::Quoted) {
            return None;
        }
        at = skip_comments(text, end);
        if at >= part.end || !matches!(text.as_bytes()[at], b'.' | b'*') {
            return (at < part.end).then_some(at);
        }
        at = skip_comments(text, at + 1);
        if at < part.end && text.as_bytes()[at - 1] == b'*' {
            return Some(at);
        }
    }
}

/// The first place of a bare word in a part of a text.
pub fn find_word(text: &str, part: Range<usize>, word: &str) -> Option<Range<usize>> {
    words(text, part).find(|place| text[place.clone()].eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_plain_inserts() {
        let text = "insert into a.\"values\" (x, values) VALUES (1, ';'), (2, 'b');\n-- values\nselect 1; INSERT INTO b values (1)\n;\n\
                    insert into c select * from (values (1)) v; insert into d values (1) on conflict do nothing; insert into e default values";
        let found: Vec<&str> = rows_of_inserts(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(found, ["VALUES (1, ';'), (2, 'b')", "values (1)\n"]);
    }

    #[test]
    fn places_in_a_statement() {
        let text = "alter table only a . \"b c\" add check (x in (1, 2)), -- one\n drop column y";
        let from = text.find("a .").unwrap();
        assert_eq!(&text[behind_name(text, from..text.len()).unwrap()..][..9], "add check");
        let after: Vec<&str> = commas(text, 0..text.len()).map(|at| &text[at..]).collect();
        assert_eq!(after, ["drop column y"]);
        assert_eq!(find_word(text, 0..text.len(), "CHECK").map(|r| &text[r]), Some("check"));
        assert_eq!(comments(text).into_iter().map(|r| &text[r]).collect::<Vec<_>>(), ["-- one"]);
    }
}
