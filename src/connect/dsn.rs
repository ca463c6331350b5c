//! `host=db.example.com dbname='my db' password=it\'s`: libpq's keyword form.

use super::keywords::Params;
use crate::error::{Error, Result};

const SOURCE: &str = "the connection string";

/// Reads the keyword form. Errors never show the text: it may hold a password.
pub(super) fn parse(text: &str) -> Result<Params> {
    let mut params = Params::default();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return Ok(params);
        }
        let mut keyword = String::new();
        while let Some(c) = chars.next_if(|c| *c != '=' && !c.is_whitespace()) {
            keyword.push(c);
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.next() != Some('=') {
            return Err(Error::new("the connection string has a word that is not followed by =")
                .fix("give postgresql://user:password@host:port/database, or host=... dbname=... with values that hold spaces in single quotes"));
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let quoted = chars.next_if_eq(&'\'').is_some();
        let mut value = String::new();
        loop {
            match chars.next() {
                Some('\'') if quoted => break,
                Some('\\') => value.extend(chars.next()),
                Some(c) if !quoted && c.is_whitespace() => break,
                Some(c) => value.push(c),
                None if quoted => {
                    return Err(Error::new("the connection string has a single quote that is never closed")
                        .fix("write a single quote inside a value as \\'"));
                }
                None => break,
            }
        }
        params.set(&keyword, value, SOURCE)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_escapes_and_spaces() {
        let params = parse(r" host = db  dbname='a b' password='it\'s \\ ok' user=x\ y port=").unwrap();
        assert_eq!(params.get("host"), Some("db"));
        assert_eq!(params.get("dbname"), Some("a b"));
        assert_eq!(params.get("password"), Some(r"it's \ ok"));
        assert_eq!(params.get("user"), Some("x y"));
        assert_eq!(params.get("port"), None);
    }

    #[test]
    fn broken_ones_do_not_show_the_password() {
        for dsn in ["host=db hunter2", "password='hunter2", "pasword*=hunter2", "host=db password=a hunter2"] {
            let text = parse(dsn).err().unwrap().to_string();
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
