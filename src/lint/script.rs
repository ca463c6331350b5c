//! A file to lint: its text, how its tool runs it, and its statements.
//!
//! A file is parsed as a whole, which is quick. One that does not parse (commands of psql, rows of COPY, a statement that is
//! wrong) is taken apart as psql does it and parsed statement by statement, so that one wrong statement hides no other.

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;

use pg_query::NodeEnum;

use crate::migration::script::{self, Kind};

/// One file.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file; what the user named, so that an editor finds it.
    pub path: PathBuf,
    /// Its text: what goes up. Lines of other parts are empty, so that all lines keep their numbers.
    pub sql: String,
    /// Whether its tool runs it in one transaction; `None` where nobody knows.
    pub in_transaction: Option<bool>,
    /// Its tool sends it as one message: a transaction where it holds several statements.
    pub one_message: bool,
    /// What is wanted of it.
    pub standing: Standing,
    /// What the folder's tool says about it.
    pub remarks: Vec<Remark>,
}

impl Script {
    /// A file of no tool that is known.
    pub fn new(path: impl Into<PathBuf>, sql: String, standing: Standing) -> Self {
        Self { path: path.into(), sql, in_transaction: None, one_message: false, standing, remarks: Vec::new() }
    }

    /// The same file, knowing what it holds: one statement sent alone is in no transaction.
    pub(super) fn as_run(&self, statements: &Statements) -> Cow<'_, Self> {
        let own = statements.all.iter().filter(|s| !s.in_block).count();
        if self.one_message && self.in_transaction == Some(true) && own <= 1 {
            return Cow::Owned(Self { in_transaction: Some(false), ..self.clone() });
        }
        Cow::Borrowed(self)
    }
}

/// What is wanted of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is applied: it only tells what the tables look like.
    Applied,
    /// It is pending, and so is every file before it that is not applied.
    Pending,
    /// It is linted; whether files before it are applied is not known, so what they made counts as in use.
    Unknown,
    /// It is not linted and may or may not be applied: it tells what tables look like.
    Context,
}

impl Standing {
    /// Whether its statements are judged.
    pub fn is_linted(self) -> bool {
        matches!(self, Standing::Pending | Standing::Unknown)
    }
}

/// Something about the file as a whole that a rule of the history says.
#[derive(Debug, Clone)]
pub struct Remark {
    /// The rule.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// Why that matters.
    pub because: String,
}

/// One statement.
#[derive(Debug)]
pub struct Statement {
    /// Its tree.
    pub node: NodeEnum,
    /// Its place in the text, without the semicolon and comments before it.
    pub span: Range<usize>,
    /// What is to be added to locations in the tree; `None`: they mean nothing here.
    pub base: Option<usize>,
    /// It stands in the body of a DO block.
    pub in_block: bool,
    /// Of a DO block: why what it does is not known.
    pub unreadable: Option<String>,
}

impl Statement {
    /// The place in the file that a location of the tree means; the statement's beginning where there is none.
    pub fn place(&self, location: i32) -> usize {
        let place = self.base.zip(usize::try_from(location).ok()).map(|(b, l)| b + l);
        place.filter(|p| self.span.contains(p)).unwrap_or(self.span.start)
    }
}

/// A statement that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it begins.
    pub at: usize,
    /// Why.
    pub because: String,
}

/// The statements of a file in order, and what could not be read of it.
#[derive(Debug, Default)]
pub struct Statements {
    /// What parses.
    pub all: Vec<Statement>,
    /// What does not.
    pub unread: Vec<Unread>,
}

impl Statements {
    /// Reads a file's statements.
    pub fn of(script: &Script) -> Self {
        let mut found = Self::default();
        let start = if script.sql.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        match pg_query::parse(&without_rows(&script.sql[start..]), 0) {
            Ok(parsed) => {
                for raw in parsed.protobuf.stmts {
                    let Some(node) = raw.stmt.and_then(|n| n.node) else { continue };
                    let from = start + usize::try_from(raw.stmt_location).unwrap_or(0);
                    let to = match usize::try_from(raw.stmt_len) {
                        Ok(0) | Err(_) => script.sql.len(),
                        Ok(len) => from + len,
                    };
                    found.add(node, &script.sql, from..to, Some(start));
                }
            }
            Err(_) => found.one_by_one(script),
        }
        found
    }

    fn one_by_one(&mut self, script: &Script) {
        let pieces = match script::read(&script.sql, &script.path, 1) {
            Ok(pieces) => pieces,
            Err(e) => {
                self.unread.push(Unread { at: 0, because: e.to_string().replace("\n  to do: ", "; to do: ") });
                return;
            }
        };
        // what \i brings in is linted when it is named itself
        for piece in pieces.iter().filter(|p| *p.file == *script.path && p.kind != Kind::Copy) {
            match pg_query::parse(&piece.sql, 0) {
                Ok(parsed) => {
                    let node = parsed.protobuf.stmts.into_iter().next().and_then(|s| s.stmt).and_then(|n| n.node);
                    if let Some(node) = node {
                        self.add(node, &script.sql, piece.start..piece.start + piece.sql.len(), Some(piece.start));
                    }
                }
                Err(e) => self.unread.push(Unread { at: piece.start, because: why(&e) }),
            }
        }
    }

    fn add(&mut self, node: NodeEnum, text: &str, span: Range<usize>, base: Option<usize>) {
        let start = script::skip_comments(text, span.start).min(span.end);
        let end = script::trim_comments(text, start..span.end);
        let mut statement = Statement { node, span: start..end, base, in_block: false, unreadable: None };
        let mut inside = Vec::new();
        if let NodeEnum::DoStmt(block) = &statement.node {
            let (tree, unreadable) = super::block::read(block);
            inside = tree.map(|t| super::block::statements(&t, text, &statement.span)).unwrap_or_default();
            statement.unreadable = unreadable;
        }
        self.all.push(statement);
        self.all.extend(inside);
    }
}

/// The text with the rows of `INSERT ... VALUES` left out, all else where it was: no rule asks for them, and files that bring
/// rows are the longest by far.
fn without_rows(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    if !text.as_bytes().windows(6).any(|w| w.eq_ignore_ascii_case(b"values")) {
        return out;
    }
    for rows in script::rows_of_inserts(text) {
        let room = rows.len() - ROW.len();
        out.to_mut().replace_range(rows, &format!("{ROW}{}", " ".repeat(room)));
    }
    out
}

/// What stands for all rows: no longer than the shortest `VALUES (...)` is.
const ROW: &str = "VALUES(0)";

/// The parser's sentence. One that is too deeply nested says so in the decoder's words.
fn why(error: &pg_query::Error) -> String {
    match error {
        pg_query::Error::Parse(why) | pg_query::Error::Scan(why) => why.clone(),
        pg_query::Error::Decode(_) => "it is nested too deeply".to_owned(),
        other => other.to_string(),
    }
}
