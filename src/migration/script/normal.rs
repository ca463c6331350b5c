//! Statements without what makes no difference: white space and comments. An approval is bound to the hash of this.

use pg_query::protobuf::Token;

use super::Piece;
use crate::hash;

/// A statement's tokens with one blank between them. Bodies of functions stay as they are, for Postgres keeps them so; the code of a
/// `DO` block is gone when it has run, so its white space makes no difference either.
pub fn normalised(sql: &str) -> String {
    let Some(tokens) = tokens(sql) else { return sql.trim().to_owned() };
    let is_do = tokens.first().is_some_and(|t| t.eq_ignore_ascii_case("do"));
    let one = |token: &&str| match token.find('$').filter(|at| is_do && *at == 0).and_then(|_| dollar_quoted(token)) {
        Some((tag, code)) => format!("{tag}{}{tag}", normalised(code)),
        None => (*token).to_owned(),
    };
    tokens.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The hash of statements in their order.
pub fn hash_of(pieces: &[Piece]) -> String {
    let statements: Vec<String> = pieces.iter().map(|p| normalised(&p.sql)).collect();
    hash::hash(&statements.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The hash of one statement: by this a broken run is resumed.
pub fn statement_hash(sql: &str) -> String {
    hash::hash(&[&normalised(sql)])[..16].to_owned()
}

/// The tokens as they are written, comments left out; `None` where PostgreSQL's scanner cannot read it.
fn tokens(sql: &str) -> Option<Vec<&str>> {
    let scanned = pg_query::scan(sql).ok()?;
    let is_comment = |token: i32| token == Token::SqlComment as i32 || token == Token::CComment as i32;
    let wanted = scanned.tokens.iter().filter(|t| !is_comment(t.token));
    wanted.map(|t| sql.get(usize::try_from(t.start).ok()?..usize::try_from(t.end).ok()?)).collect()
}

/// `$tag$code$tag$` taken apart.
fn dollar_quoted(token: &str) -> Option<(&str, &str)> {
    let end = token[1..].find('$')? + 2;
    let tag = &token[..end];
    Some((tag, token[end..].strip_suffix(tag)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_comments_make_no_difference() {
        let same = [
            ("select  a+b\nfrom t -- x", "select a + b from t"),
            ("select /* why */ 1", "select\n1"),
            ("do $x$\nbegin\n  perform 1; -- note\nend $x$", "do $x$ begin perform 1; end $x$"),
        ];
        for (a, b) in same {
            assert_eq!(normalised(a), normalised(b), "{a}");
        }
    }

    #[test]
    fn everything_else_does() {
        let different = [
            ("select 'a  b'", "select 'a b'"),
            ("select \"A\"", "select \"a\""),
            ("select 1", "select 2"),
            (
                "create function f() returns int as $$ select  1 $$ language sql",
                "create function f() returns int as $$ select 1 $$ language sql",
            ),
            ("do $x$ begin perform 1; end $x$", "do $x$ begin perform 2; end $x$"),
        ];
        for (a, b) in different {
            assert_ne!(normalised(a), normalised(b), "{a}");
        }
    }

    #[test]
    fn what_the_scanner_cannot_read_stays_as_it_is() {
        assert_eq!(normalised(" select 'a "), "select 'a");
    }
}
