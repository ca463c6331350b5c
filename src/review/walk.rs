//! The walk through what is not approved, on a terminal: each migration whole, then one key: approve, reject, edit, skip.

use std::path::Path;
use std::process::Command;

use console::{Key, Style, Term};

use super::{Entry, Review, Verdict, highlight, waive};
use crate::config::FILE_NAME;
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::migration::set::{self, Migration, Script};

/// What is needed for it.
pub struct Walk<'a> {
    /// The directory of the migrations.
    pub directory: &'a Path,
    /// Who reviews.
    pub person: String,
    /// The settings into which waivers are written.
    pub config: &'a Path,
    /// Use colours.
    pub color: bool,
}

/// What became of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walked {
    /// Approved now.
    pub approved: usize,
    /// Rejected now.
    pub rejected: usize,
    /// Left as they were.
    pub skipped: usize,
}

impl Walk<'_> {
    /// Walks through these migrations. `effects`: what each changes, where that is known.
    ///
    /// # Errors
    /// The terminal or a file cannot be read or written.
    pub fn run(&self, names: &[String], effects: &[Vec<String>], review: &mut Review) -> Result<Walked> {
        let term = Term::stdout();
        let mut walked = Walked::default();
        for (i, name) in names.iter().enumerate() {
            let mut effect = effects.get(i).cloned();
            loop {
                let migration = read(self.directory, name)?;
                self.show(&term, &migration, effect.as_deref(), (i + 1, names.len()), review)?;
                let by_git = review.branch.is_some();
                let keys =
                    if by_git { "[r]eject, [e]dit, [s]kip, [q]uit" } else { "[a]pprove, [r]eject, [e]dit, [s]kip, [q]uit" };
                say(&term, &self.dye(Style::new().bold(), keys))?;
                match key(&term)? {
                    'a' if !by_git => {
                        let reason = ask(&term, "reason (may be empty): ")?;
                        review.approve(Entry::now(&migration, &self.person, &reason))?;
                        walked.approved += 1;
                    }
                    'r' => {
                        let reason = ask(&term, "why is it right as it is? ")?;
                        if reason.is_empty() {
                            say(&term, "a rejection needs a reason: it becomes a waiver")?;
                            continue;
                        }
                        let waived = self.reject(review, &migration, &reason)?;
                        say(&term, &waived)?;
                        walked.rejected += 1;
                    }
                    'e' => {
                        edit(&migration.path.join("up.sql"))?;
                        // what it changes now is not what was tried
                        effect = None;
                        continue;
                    }
                    's' => walked.skipped += 1,
                    'q' => {
                        walked.skipped += names.len() - i;
                        return Ok(walked);
                    }
                    _ => continue,
                }
                break;
            }
        }
        Ok(walked)
    }

    /// Notes a rejection, and a waiver for what the migration was to cure. Returns what to tell.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn reject(&self, review: &mut Review, migration: &Migration, reason: &str) -> Result<String> {
        let waived = match &migration.plan {
            Some(plan) => waive(self.config, plan, reason)?,
            None => 0,
        };
        review.reject(Entry::now(migration, &self.person, reason))?;
        Ok(match waived {
            0 => format!("rejected: {}", migration.name),
            n => format!(
                "rejected: {}; {n} [[ignore]] in {}, so that `plan` does not propose it again",
                migration.name,
                self.config.display()
            ),
        })
    }

    fn show(
        &self,
        term: &Term,
        migration: &Migration,
        effect: Option<&[String]>,
        (i, of): (usize, usize),
        review: &Review,
    ) -> Result<()> {
        let heading = |text: &str| self.dye(Style::new().bold().underlined(), text);
        let mut lines = vec![String::new(), heading(&format!("{i}/{of} {}", one_line(&migration.name)))];
        if let Verdict::Missing(why) = review.of(migration)? {
            lines.push(format!("not approved: {}", one_line(&why)));
        }
        for script in [Some(&migration.up), migration.down.as_ref()].into_iter().flatten() {
            lines.extend([String::new(), heading(&file_name(script))]);
            lines.extend(highlight(script.text.trim_end(), self.color));
        }
        lines.extend([String::new(), heading("Schema")]);
        match effect {
            None => lines.push("not tried: give a URL, and it runs in a sandbox with that database's definitions".to_owned()),
            Some([]) => lines.push("no definition changes".to_owned()),
            Some(diffs) => lines.extend(diffs.iter().flat_map(|d| d.lines()).map(|l| self.diff_line(l))),
        }
        lines.push(String::new());
        for line in lines {
            say(term, &line)?;
        }
        Ok(())
    }

    fn diff_line(&self, line: &str) -> String {
        let style = match line.chars().next() {
            Some('+') => Style::new().green(),
            Some('-') => Style::new().red(),
            _ => Style::new().dim(),
        };
        self.dye(style, &one_line(line))
    }

    fn dye(&self, style: Style, text: &str) -> String {
        style.force_styling(self.color).apply_to(text).to_string()
    }
}

fn file_name(script: &Script) -> String {
    script.path.file_name().map(|n| one_line(&n.to_string_lossy())).unwrap_or_default()
}

fn read(directory: &Path, name: &str) -> Result<Migration> {
    set::read(directory)?.into_iter().find(|m| m.name == name).ok_or_else(|| {
        Error::new(format!("{} is gone", one_line(name))).because("its folder was there when the review began").fix("begin again")
    })
}

fn say(term: &Term, line: &str) -> Result<()> {
    term.write_line(line).context("cannot write to the terminal")
}

fn key(term: &Term) -> Result<char> {
    loop {
        match term.read_key().context("cannot read a key")? {
            Key::Char(c) => return Ok(c.to_ascii_lowercase()),
            Key::Escape | Key::CtrlC => return Ok('q'),
            _ => {}
        }
    }
}

fn ask(term: &Term, question: &str) -> Result<String> {
    term.write_str(question).context("cannot write to the terminal")?;
    Ok(term.read_line().context("cannot read your answer")?.trim().to_owned())
}

/// Opens the editor that the user likes.
fn edit(file: &Path) -> Result<()> {
    let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|e| !e.trim().is_empty()));
    let editor = editor.unwrap_or_else(|| "vi".to_owned());
    // it may be a command with arguments, as git and others take it
    let status = Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg(FILE_NAME).arg(file).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::new(format!("the editor {} ended with {status}", one_line(&editor)))),
        Err(e) => Err(Error::new(format!("cannot start the editor {}", one_line(&editor))).because(e).fix("set EDITOR")),
    }
}
