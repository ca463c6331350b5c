//! Migrations of any tool, statement by statement: what blocks, breaks or surprises, and the safe way to write it.
//!
//! ```text
//! Script (a file) -> Statements -> rules, with the State before each -> Draft -> weighed, silenced, placed -> Finding
//! ```
//!
//! Pure: files and, where there is one, a snapshot in; findings out.

mod block;
mod cx;
mod draft;
pub mod fix;
mod history;
pub mod input;
mod lines;
mod lock;
mod name;
mod outcome;
pub mod rules;
pub mod script;
mod state;
mod suppress;
mod table;
mod transaction;
mod types;
mod version;
mod weight;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Severity;
use crate::hash;
use crate::snapshot::Snapshot;
use cx::Cx;
use draft::Draft;
pub use draft::WorkKind;
use lines::Lines;
pub use outcome::{Finding, Fixed, Ignored, Outcome, Skipped, Summary};
use rules::Rules;
use script::{Script, Statement, Statements};
use state::State;
use suppress::Ignore;
pub use version::PgVersion;
use weight::Weighed;

/// Files that are parsed ahead.
const AHEAD: usize = 8;

/// Stack of the parser's thread: expressions nest.
const STACK: usize = 8 * 1024 * 1024;

/// DBL801
const NO_EFFECT: &str = "ignore-without-effect";

/// What to lint, and by what.
pub struct Request<'r> {
    /// The files in the order in which they run.
    pub scripts: &'r [Script],
    /// The rules.
    pub rules: &'r Rules,
    /// Names of the rules that are on.
    pub enabled: BTreeSet<String>,
    /// The server.
    pub version: PgVersion,
    /// The database.
    pub snapshot: Option<&'r Snapshot>,
}

/// Lints files.
pub fn lint(request: &Request) -> Outcome {
    let mut outcome = Outcome {
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        pg_version: request.version.to_string(),
        weighed_by: None,
        findings: Vec::new(),
        ignored: Vec::new(),
        skipped: Vec::new(),
        notes: Vec::new(),
        fixed: Vec::new(),
        summary: Summary::default(),
    };
    let mut state = State::new(request.snapshot);
    // the snapshot knows better what is applied
    let needed = |s: &&Script| s.standing.is_linted() || request.snapshot.is_none() || !s.remarks.is_empty();
    let scripts: Vec<&Script> = request.scripts.iter().filter(needed).collect();
    parsed(&scripts, |script, statements| file(request, script, &statements, &mut state, &mut outcome));
    outcome.count();
    outcome
}

/// Parses the files in a thread of its own, one after the other, while those before are looked at. It must be one thread: while
/// libpg_query parses, the process's stderr is its own.
fn parsed(scripts: &[&Script], mut each: impl FnMut(&Script, Statements)) {
    std::thread::scope(|scope| {
        let (send, receive) = std::sync::mpsc::sync_channel(AHEAD);
        let parser = std::thread::Builder::new().name("parser".to_owned()).stack_size(STACK);
        let spawned = parser.spawn_scoped(scope, move || {
            for script in scripts {
                if send.send(Statements::of(script)).is_err() {
                    break;
                }
            }
        });
        match spawned {
            Ok(_) => scripts.iter().zip(receive).for_each(|(script, statements)| each(script, statements)),
            Err(_) => scripts.iter().for_each(|script| each(script, Statements::of(script))),
        }
    });
}

fn file(request: &Request, script: &Script, statements: &Statements, state: &mut State, outcome: &mut Outcome) {
    let script = &*script.as_run(statements);
    if !script.standing.is_linted() && request.snapshot.is_some() {
        Report { request, script, statements }.add(Vec::new(), outcome);
        return;
    }
    state.begin_file(script);
    let mut drafts = Vec::new();
    let mut found = Vec::new();
    for (at, statement) in statements.all.iter().enumerate() {
        let locks = state.locks(statement);
        if script.standing.is_linted() {
            let cx = Cx { script, all: statements, at, state, locks: &locks, version: request.version };
            rules::look(&cx, &mut drafts);
            drafts.retain(|d| request.enabled.contains(d.rule));
            // one that becomes CONCURRENTLY needs no lock_timeout
            let concurrently = drafts.iter().flat_map(|d| &d.edits).any(|e| e.insert.trim() == "CONCURRENTLY");
            for mut draft in drafts.drain(..) {
                if concurrently && draft.edits.iter().any(|e| e.insert.contains("lock_timeout")) {
                    draft.edits.clear();
                }
                let base = request.rules.find(draft.rule).map_or(Severity::Warning, |r| r.about.severity);
                let weighed = draft.work.as_ref().map_or(Weighed::Unknown, |w| weight::weigh(w, base, state));
                found.push((draft, weighed, at));
            }
        }
        state.pass(statement, locks);
    }
    state.end_file(script);
    if script.standing.is_linted() {
        outcome.summary.files += 1;
        outcome.summary.statements += statements.all.iter().filter(|s| !s.in_block).count();
    }
    Report { request, script, statements }.add(found, outcome);
}

/// One file's findings on their way into the outcome.
struct Report<'r> {
    request: &'r Request<'r>,
    script: &'r Script,
    statements: &'r Statements,
}

impl Report<'_> {
    fn add(&self, found: Vec<(Draft, Weighed, usize)>, outcome: &mut Outcome) {
        let file = self.script.path.display().to_string();
        let linted = self.script.standing.is_linted();
        let mut ignores = if linted { suppress::ignores(self.script, self.request.rules) } else { Vec::new() };
        let remarks = self.script.remarks.iter().filter(|r| self.request.enabled.contains(r.rule));
        let unread: &[_] = if linted { &self.statements.unread } else { &[] };
        if found.is_empty() && ignores.is_empty() && unread.is_empty() && remarks.clone().next().is_none() {
            return;
        }
        let lines = Lines::of(&self.script.sql);
        let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
        let mut place =
            |draft: Draft, weighed: Weighed, statement: Option<&Statement>, outcome: &mut Outcome, ignores: &mut [Ignore]| {
                let at = draft.at.or(statement.map(|s| s.span.start)).unwrap_or(0);
                let ignore = ignores.iter_mut().find(|i| i.covers(draft.rule, at, statement, &self.script.sql));
                let mut finding = self.finding(draft, weighed, at, statement, &file, &lines);
                let again = seen.entry((finding.check.clone(), finding.fingerprint.clone())).or_default();
                *again += 1;
                if *again > 1 {
                    finding.fingerprint = hash::hash(&[&finding.fingerprint, &again.to_string()])[..16].to_owned();
                }
                match ignore {
                    Some(ignore) => {
                        ignore.used = true;
                        outcome.ignored.push(Ignored { finding, reason: ignore.reason.clone() });
                    }
                    None => outcome.findings.push(finding),
                }
            };
        let from = outcome.findings.len();
        for remark in remarks {
            let draft = Draft::new(remark.rule, &file, remark.message.clone(), remark.because.clone());
            place(draft, Weighed::Unknown, None, outcome, &mut ignores);
        }
        for (draft, weighed, at) in found {
            place(draft, weighed, Some(&self.statements.all[at]), outcome, &mut ignores);
        }
        for draft in self.without_effect(&ignores) {
            place(draft, Weighed::Unknown, None, outcome, &mut []);
        }
        outcome.findings[from..].sort_by(|a, b| (a.line, a.column, &a.id).cmp(&(b.line, b.column, &b.id)));
        for unread in unread {
            let (line, _) = lines.at(unread.at);
            outcome.skipped.push(Skipped { file: file.clone(), line, because: unread.because.clone(), acknowledged: false });
        }
    }

    fn finding(
        &self,
        draft: Draft,
        weighed: Weighed,
        at: usize,
        statement: Option<&Statement>,
        file: &str,
        lines: &Lines,
    ) -> Finding {
        let about = &self.request.rules.find(draft.rule).expect("each rule has its folder").about;
        let (line, column) = lines.at(at);
        let end = statement.map_or(at, |s| s.span.end);
        let (end_line, end_column) = lines.at(end);
        let text = statement.map_or("", |s| &self.script.sql[s.span.clone()]);
        let (severity, evidence) = match weighed {
            Weighed::Unknown => (about.severity, None),
            Weighed::Known(severity, figures) => (severity, Some(figures)),
        };
        let fingerprint = hash::hash(&[&about.name, file, text, &draft.object, &draft.message])[..16].to_owned();
        Finding {
            id: about.id.clone(),
            check: about.name.clone(),
            severity,
            file: file.to_owned(),
            line,
            column,
            end_line,
            end_column,
            object: draft.object,
            message: draft.message,
            because: draft.because,
            rewrite: draft.rewrite,
            fixable: !draft.edits.is_empty(),
            evidence,
            fingerprint,
            source: lines.line(line).to_owned(),
            edits: draft.edits,
        }
    }

    /// Comments of ours that silence nothing, or name a rule that does not exist.
    fn without_effect(&self, ignores: &[Ignore]) -> Vec<Draft> {
        if !self.request.enabled.contains(NO_EFFECT) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for ignore in ignores.iter().filter(|i| i.ours) {
            let what = match ignore.unknown.as_slice() {
                [] if ignore.used => continue,
                // what is off is not looked for
                [] if ignore.rules.iter().any(|r| !self.request.enabled.contains(r)) => continue,
                [] => "this comment silences nothing".to_owned(),
                [name, ..] => format!("there is no rule {name}"),
            };
            let because = "the next one who reads it believes that something is wrong here";
            let draft = Draft::new(NO_EFFECT, "comment", what, because).at(ignore.place.start);
            found.push(draft.instead("-- take the comment out".to_owned()));
        }
        found
    }
}

impl Outcome {
    /// Moves findings for which `reason` knows one to those that are ignored.
    pub fn waive(&mut self, reason: impl Fn(&Finding) -> Option<String>) {
        for finding in std::mem::take(&mut self.findings) {
            match reason(&finding) {
                Some(reason) => self.ignored.push(Ignored { finding, reason }),
                None => self.findings.push(finding),
            }
        }
        self.count();
    }

    /// Counts findings anew.
    fn count(&mut self) {
        let of = |severity: Severity| self.findings.iter().filter(|f| f.severity == severity).count();
        self.summary.errors = of(Severity::Error);
        self.summary.warnings = of(Severity::Warning);
        self.summary.infos = of(Severity::Info);
        self.summary.fixable = self.findings.iter().filter(|f| f.fixable).count();
        self.summary.ignored = self.ignored.len();
    }
}
