//! From the text of an SQL file to its statements, as psql splits it: quotes, comments, function bodies, meta-commands, COPY
//! data.

mod failure;
mod kind;
mod lexer;
mod meta;
mod normal;
mod places;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use failure::Failure;
pub use kind::Kind;
pub use normal::{hash_of, normalised, statement_hash};
pub use places::{behind_name, commas, comments, find_word, rows_of_inserts, skip_comments, trim_comments, words};

use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use kind::Word;
use lexer::Token;
use meta::Meta;

/// Files that include files that include files: more is a circle.
const MAX_DEPTH: usize = 20;

/// As many first words of a statement are looked at.
const WORDS: usize = 24;

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its text, without the closing semicolon and the comments before it.
    pub sql: String,
    /// The file it stands in, which `\i` may have brought in.
    pub file: Arc<Path>,
    /// The line of that file on which it begins.
    pub line: usize,
    /// Where in the text it begins, in bytes.
    pub start: usize,
    /// How it may be run.
    pub kind: Kind,
}

impl Piece {
    /// `schema.sql:12`
    pub fn place(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }

    /// Its first words, on one line, for messages.
    pub fn title(&self) -> String {
        let words: Vec<&str> = self.sql.split_whitespace().take(12).collect();
        let mut title = one_line(&words.join(" "));
        if title.chars().count() > 60 {
            title = title.chars().take(59).chain(['…']).collect();
        }
        title
    }
}

/// The statements of a text that begins on line `first_line` of `path`.
///
/// # Errors
/// A quote that never ends, a meta-command that would do more than print, a file to include that cannot be read: with file and
/// line.
pub fn read(sql: &str, path: &Path, first_line: usize) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    Reader::new(sql, path, first_line, 0).run(&mut pieces)?;
    Ok(pieces)
}

/// Writes a file: it appears whole or stays as it is.
///
/// # Errors
/// The directory cannot be written.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".dbharden-").tempfile_in(directory).context(cannot())?;
    file.write_all(text.as_bytes()).context(cannot())?;
    let mode = match std::fs::metadata(path) {
        Ok(there) => there.permissions(),
        // a temporary file is private to its owner; this one is read by colleagues and CI
        Err(_) => std::os::unix::fs::PermissionsExt::from_mode(0o644),
    };
    file.as_file().set_permissions(mode).context(cannot())?;
    file.persist(path).map_err(|e| e.error).context(cannot())?;
    Ok(())
}

/// The text of a file.
///
/// # Errors
/// The file cannot be read or is not UTF-8.
pub fn text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).context(format!("cannot read {}", path.display()))?;
    String::from_utf8(bytes).map_err(|e| {
        Error::new(format!("{} is not UTF-8", path.display()))
            .because(format!("byte {} cannot be read", e.utf8_error().valid_up_to()))
            .fix("save it as UTF-8: iconv -f LATIN1 -t UTF-8")
    })
}

struct Reader<'t> {
    text: &'t str,
    file: Arc<Path>,
    depth: usize,
    /// How far it has been read.
    at: usize,
    /// Line of `at`.
    line: usize,
    /// Where the statement begins, and on which line, once a token of it was seen.
    start: Option<(usize, usize)>,
    words: Vec<Word>,
    parens: usize,
    /// Nesting of BEGIN and CASE in the body of an SQL function.
    begins: usize,
    /// Plain literals know backslashes.
    escapes: bool,
}

impl<'t> Reader<'t> {
    fn new(sql: &'t str, path: &Path, first_line: usize, depth: usize) -> Self {
        let at = if sql.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self {
            text: sql,
            file: path.into(),
            depth,
            at,
            line: first_line,
            start: None,
            words: Vec::new(),
            parens: 0,
            begins: 0,
            escapes: false,
        }
    }

    /// Whether the file was read to its end, and not to a `\q`.
    fn run(&mut self, pieces: &mut Vec<Piece>) -> Result<bool> {
        while self.at < self.text.len() {
            let (token, end) = lexer::next(self.text, self.at, self.escapes).map_err(|e| {
                self.error(format!("a {} never ends", e.0)).because("the end of the file came first").fix("close the quote")
            })?;
            match token {
                Token::Space | Token::Comment => {}
                Token::Semicolon if self.parens == 0 && self.begins == 0 => {
                    let data = self.finish(self.at, pieces);
                    self.advance(end);
                    if data {
                        self.skip_data();
                    }
                    continue;
                }
                Token::Backslash => {
                    if !self.meta(pieces)? {
                        return Ok(false);
                    }
                    continue;
                }
                _ => {
                    self.start.get_or_insert((self.at, self.line));
                    self.note(token, end);
                }
            }
            self.advance(end);
        }
        self.finish(self.text.len(), pieces);
        Ok(true)
    }

    fn advance(&mut self, end: usize) {
        self.line += self.text.as_bytes()[self.at..end].iter().filter(|b| **b == b'\n').count();
        self.at = end;
    }

    /// Keeps count of what decides whether a semicolon ends the statement; the rules are psql's.
    fn note(&mut self, token: Token, end: usize) {
        let text = &self.text[self.at..end];
        match token {
            Token::Open => self.parens += 1,
            Token::Close => self.parens = self.parens.saturating_sub(1),
            Token::Word => {
                if self.parens == 0 && is_routine(&self.words) {
                    match () {
                        () if text.eq_ignore_ascii_case("begin") => self.begins += 1,
                        () if text.eq_ignore_ascii_case("case") && self.begins > 0 => self.begins += 1,
                        () if text.eq_ignore_ascii_case("end") => self.begins = self.begins.saturating_sub(1),
                        () => {}
                    }
                }
                if self.words.len() < WORDS {
                    self.words.push(Word::bare(text));
                }
            }
            Token::Quoted if self.words.len() < WORDS => self.words.push(Word::quoted(text)),
            _ => {}
        }
    }

    /// Ends the statement. Whether its rows follow in the file.
    fn finish(&mut self, end: usize, pieces: &mut Vec<Piece>) -> bool {
        let words = std::mem::take(&mut self.words);
        (self.parens, self.begins) = (0, 0);
        let Some((start, line)) = self.start.take() else { return false };
        let sql = self.text[start..end].trim_end().to_owned();
        let word = |i: usize| words.get(i).map_or("", |w| w.upper.as_str());
        if word(0) == "SET" && word(1) == "STANDARD_CONFORMING_STRINGS" {
            self.escapes = word(2) == "OFF" || word(3) == "OFF";
        }
        let data = word(0) == "COPY" && words.windows(2).any(|w| w[0].upper == "FROM" && w[1].upper == "STDIN");
        let kind = kind::of(&words, &sql);
        pieces.push(Piece { sql, file: Arc::clone(&self.file), line, start, kind });
        data
    }

    /// Skips the rows of a COPY: from the next line to `\.` on a line of its own.
    fn skip_data(&mut self) {
        let mut end = self.line_end();
        while end < self.text.len() {
            let next = self.text[end..].find('\n').map_or(self.text.len(), |i| end + i + 1);
            let row = self.text[end..next].trim_end_matches(['\n', '\r']);
            end = next;
            if row == "\\." {
                break;
            }
        }
        self.advance(end);
    }

    /// Behind the end of the line that is being read.
    fn line_end(&self) -> usize {
        self.text[self.at..].find('\n').map_or(self.text.len(), |i| self.at + i + 1)
    }

    /// A meta-command: up to the end of its line. Whether to go on.
    fn meta(&mut self, pieces: &mut Vec<Piece>) -> Result<bool> {
        let end = self.line_end();
        let line = &self.text[self.at + 1..end];
        match meta::read(line) {
            Meta::Ignore => {}
            Meta::Go => {
                self.finish(self.at, pieces);
            }
            Meta::Quit => return Ok(false),
            Meta::Copy { data_follows } => {
                if data_follows {
                    self.skip_data();
                    return Ok(true);
                }
            }
            Meta::Include { path, beside } => self.include(path, beside, pieces)?,
            Meta::Unknown(command) => {
                return Err(self
                    .error(format!("the meta-command \\{} is not understood", one_line(command)))
                    .because("it is psql's own, and would do more than print")
                    .fix("replace it by SQL, or give the output of pg_dump --schema-only of a database that has the file"));
            }
        }
        self.advance(end);
        Ok(true)
    }

    fn include(&mut self, name: &str, beside: bool, pieces: &mut Vec<Piece>) -> Result<()> {
        let here = self.file.parent().unwrap_or(Path::new("")).join(name);
        // psql looks in its working directory, which was the file's own in most cases
        let path = if beside || !Path::new(name).is_file() { here } else { PathBuf::from(name) };
        if self.depth >= MAX_DEPTH {
            return Err(self.error(format!("{} is included in a circle", one_line(name))));
        }
        let sql = text(&path).map_err(|e| self.error(format!("cannot include {}", one_line(name))).because(e))?;
        let mut inner = Reader::new(&sql, &path, 1, self.depth + 1);
        inner.escapes = self.escapes;
        inner.run(pieces)?;
        Ok(())
    }

    fn error(&self, what: String) -> Error {
        Error::new(format!("{}:{}: {what}", self.file.display(), self.start.map_or(self.line, |(_, line)| line)))
    }
}

/// `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`: only there a BEGIN opens a body.
fn is_routine(words: &[Word]) -> bool {
    let word = |i: usize| words.get(i).map_or("", |w| w.upper.as_str());
    let kind = if word(1) == "OR" { word(3) } else { word(1) };
    word(0) == "CREATE" && matches!(kind, "FUNCTION" | "PROCEDURE")
}

#[cfg(test)]
mod tests;
