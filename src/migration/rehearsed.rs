//! What a rehearsal has shown, kept with the migration: `[rehearsed]` in `plan.toml`, and a block of comments at the top of `up.sql`.
//!
//! The block stands between two marks and does not count as an edit: hashes are of the text without it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Folder, header};
use crate::error::{Context, Result};

/// How the first line of the block begins.
pub(super) const BEGIN: &str = "-- dbharden:rehearsed";
/// Its last line.
pub(super) const END: &str = "-- dbharden:rehearsed end";

/// What a rehearsal has shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rehearsed {
    /// `server_version` of the server of the empty copy.
    pub server: String,
    /// `identical`, `differs`, `fails`, `missing`, `not_tried`.
    pub undo: String,
    /// `harmless`, `refused`, `harmful`, `not_tried`.
    pub again: String,
    /// In what the undo differs and a second run does harm, or why they were not tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// Statements of `up.sql`, in order.
    #[serde(default)]
    pub up: Vec<RehearsedStatement>,
}

/// A statement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RehearsedStatement {
    /// Hash of its text, as in `[[up]]`.
    pub hash: String,
    /// Its first words.
    pub text: String,
    /// Locks that were seen, strongest first: `ACCESS EXCLUSIVE on public.lead`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<String>,
    /// What grows with size: `writes public.lead anew (1.2 GB, about 14 s)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<String>,
    /// What depends on rows and is not proven.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unproven: Vec<String>,
}

/// Writes it into a folder, in place of what an earlier rehearsal wrote there.
///
/// # Errors
/// A file cannot be read or written.
pub fn write_rehearsed(folder: &Folder, rehearsed: Rehearsed) -> Result<()> {
    let up = folder.path.join("up.sql");
    let text = std::fs::read_to_string(&up).context(format!("cannot read {}", up.display()))?;
    put(&up, &with_block(&text, &header::rehearsed(&rehearsed)))?;
    let path = folder.path.join("plan.toml");
    let mut plan = folder.plan.clone();
    plan.rehearsed = Some(rehearsed);
    put(&path, &toml::to_string_pretty(&plan).context(format!("cannot write {}", path.display()))?)
}

/// Whole or not at all: the new file takes the place of the old one.
fn put(path: &Path, text: &str) -> Result<()> {
    let failed = || format!("cannot write {}", path.display());
    let beside = path.with_extension("dbharden-new");
    std::fs::write(&beside, text).context(failed())?;
    std::fs::rename(&beside, path).context(failed())
}

/// The text without the block.
pub fn without_block(text: &str) -> String {
    let mut inside = false;
    let keep = |line: &&str| {
        let bare = line.trim_end();
        if bare == END {
            inside = false;
            return false;
        }
        inside |= bare.starts_with(BEGIN);
        !inside
    };
    // a mark without its end is somebody's own text
    if !text.lines().any(|l| l.trim_end() == END) {
        return text.to_owned();
    }
    text.split_inclusive('\n').filter(keep).collect()
}

/// The text with the block behind the comments at its top.
fn with_block(text: &str, block: &str) -> String {
    let text = without_block(text);
    let top: usize = text.split_inclusive('\n').take_while(|l| l.starts_with("--") && l.ends_with('\n')).map(str::len).sum();
    format!("{}{block}{}", &text[..top], &text[top..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_and_goes() {
        let block = format!("{BEGIN} on PostgreSQL 15\n--   nothing\n{END}\n");
        for text in ["-- title\n--\n\nSET x = 1;\n", "SELECT 1;", "", "-- only a comment", "-- a\n"] {
            let with = with_block(text, &block);
            assert!(with.contains(&block), "{with}");
            assert_eq!(without_block(&with), text);
            assert_eq!(with_block(&with, &block), with);
        }
        assert_eq!(without_block(&format!("{BEGIN} and no end\nSELECT 1;\n")), format!("{BEGIN} and no end\nSELECT 1;\n"));
    }
}
