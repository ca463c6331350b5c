//! Snapshots on disk: JSON, one object a line, so that two of them can be compared with `diff`.
//!
//! The file appears whole or not at all and is readable by its owner alone. Unless asked for with values, user data in it
//! is replaced by pseudonyms (see `pseudonym`).

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::ser::Formatter;

use super::{FORMAT, Snapshot, pseudonym};
use crate::error::{Context, Error, Result};

/// Writes a snapshot. Returns what a reader should know about what was left out, one sentence each.
///
/// # Errors
/// When the directory cannot be written to; what stood in the file before is then still there.
pub fn save(snapshot: &Snapshot, path: &Path, with_values: bool) -> Result<Vec<String>> {
    let mut snapshot = Cow::Borrowed(snapshot);
    let notes = if with_values { Vec::new() } else { pseudonym::pseudonymise(snapshot.to_mut()) };
    let cannot = || format!("cannot write the snapshot {}", path.display());
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // made with mode 0600
    let mut file = tempfile::Builder::new().prefix(".dbharden-").tempfile_in(directory).context(cannot())?;
    write(&snapshot, io::BufWriter::new(file.as_file_mut())).context(cannot())?;
    file.as_file().sync_all().context(cannot())?;
    file.persist(path).map_err(|e| e.error).context(cannot())?;
    Ok(notes)
}

fn write(snapshot: &Snapshot, mut out: impl Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Lines::default());
    snapshot.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// What tells a snapshot from any other JSON.
#[derive(Deserialize)]
struct Head {
    format: Option<u32>,
    dbharden: Option<String>,
}

/// Reads a snapshot.
///
/// # Errors
/// A file that cannot be read, is no snapshot, is cut off, or was written by a later version.
pub fn load(path: &Path) -> Result<Snapshot> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .context(format!("cannot read the snapshot {name}"))
        .map_err(|e| e.fix("`dbharden snapshot URL -o FILE` writes one"))?;
    let no_snapshot = || Error::new(format!("{name} is not a snapshot")).fix("`dbharden snapshot URL -o FILE` writes one");
    let head: Head = match serde_json::from_str(&text) {
        Ok(head) => head,
        Err(e) if e.classify() == Category::Eof && text.trim_start().starts_with('{') => {
            return Err(Error::new(format!("the snapshot {name} is cut off"))
                .because("the file ends in the middle")
                .fix("copy it again, or take a new one"));
        }
        // serde quotes what it stumbled over, which may be anything: not shown
        Err(_) => return Err(no_snapshot().because("it does not hold one JSON object")),
    };
    let (Some(format), Some(writer)) = (head.format, head.dbharden) else {
        return Err(no_snapshot().because("it is JSON, but has neither `format` nor `dbharden`"));
    };
    if format > FORMAT {
        return Err(Error::new(format!("the snapshot {name} is of a later format than this dbharden knows"))
            .because(format!(
                "it was written by {writer} in format {format}; this is {} and knows {FORMAT}",
                env!("CARGO_PKG_VERSION")
            ))
            .fix(format!("upgrade dbharden to {writer} or later, or take the snapshot with this one")));
    }
    serde_json::from_str(&text).map_err(|e| {
        Error::new(format!("the snapshot {name} is damaged"))
            .because(format!("line {}, column {} is not as dbharden {writer} writes it", e.line(), e.column()))
            .fix("take a new one")
    })
}

/// How deep objects and lists are broken into lines: one relation, statement or setting a line.
const BROKEN_TO: usize = 3;

/// Writes JSON with a line for each entry of the outer levels and none below.
#[derive(Default)]
struct Lines {
    depth: usize,
    /// Whether the list or object just begun has got an entry.
    filled: bool,
}

impl Lines {
    fn begin<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    fn entry<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        self.line(out)
    }

    fn line<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        if self.depth > BROKEN_TO {
            return Ok(());
        }
        out.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| out.write_all(b" "))
    }

    fn end<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        let broken = self.filled && self.depth <= BROKEN_TO;
        self.depth -= 1;
        self.filled = true;
        if broken {
            self.line(out)?;
        }
        out.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.entry(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.entry(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.depth <= BROKEN_TO { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        load(file.path()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_snapshot_is_said_clearly() {
        assert!(refused("-- a dump\ncreate table t ();").contains("is not a snapshot"));
        assert!(refused("").contains("is not a snapshot"));
        assert!(refused("{\"name\": 1}").contains("is not a snapshot"));
        assert!(refused("{\"format\": 1, \"dbharden\": \"0.1.0\", \"catal").contains("cut off"));
        assert!(refused("{\"format\": 1, \"dbharden\": \"0.1.0\"}").contains("damaged"));
        let later = refused("{\"format\": 4711, \"dbharden\": \"9.9.9\", \"new\": true}");
        assert!(later.contains("later format") && later.contains("9.9.9"), "{later}");
        assert!(load(Path::new("/no/such.snapshot")).unwrap_err().to_string().contains("cannot read"));
    }

    #[test]
    fn the_outer_levels_are_broken_into_lines() {
        let value = serde_json::json!({"a": {"b": {"c": {"d": [1, {"e": []}]}}, "x": {}}, "y": [[1], []]});
        let mut out = Vec::new();
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Lines::default())).unwrap();
        let expected = "{\n \"a\": {\n  \"b\": {\n   \"c\": {\"d\":[1,{\"e\":[]}]}\n  },\n  \"x\": {}\n },\n \"y\": [\n  [\n   1\n  ],\n  []\n ]\n}";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
