//! `dbharden doctor`: what this role, on this server, from this machine, will get; what is missing, and the GRANT for it.

mod screen;

use serde::{Deserialize, Serialize};

use super::progress::Progress;
use super::{Exit, Format, Global, output};
use crate::connect::{Kind, Rights, Session, StatisticsAccess, Target, WorkloadAccess};
use crate::error::{Context, Result};
use crate::ident::one_line;
use crate::original::HypoPg;
use crate::sandbox::installations;

/// Options of `doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
}

/// Everything that is said.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    target: String,
    version_num: u32,
    standby: bool,
    encrypted: bool,
    pooler: Option<PoolerFacts>,
    rights: Rights,
    subjects: Vec<Subject>,
    extensions: Vec<Extension>,
    /// Versions of the servers on this machine, newest first, with their directories.
    installations: Vec<(String, String)>,
    /// Whether one of them is of the database's major version.
    same_major: bool,
    /// How indexes would be proven.
    advice: String,
    complete: bool,
}

#[derive(Debug, Serialize)]
struct PoolerFacts {
    evidence: String,
    direct: String,
    session_mode: bool,
}

/// One kind of evidence.
#[derive(Debug, Serialize)]
struct Subject {
    name: &'static str,
    seen: Seen,
    says: String,
}

/// How much of it this role sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Seen {
    Yes,
    Partly,
    No,
}

#[derive(Debug, Serialize, Deserialize)]
struct Extension {
    name: String,
    version: Option<String>,
    schema: Option<String>,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let target = Target::resolve(args.url.as_deref(), &|name| std::env::var(name).ok())?;
    for note in target.notes() {
        output::complain(&format!("note: {}", one_line(note)));
    }
    let progress = Progress::new();
    progress.say(&format!("connecting to {}", target.summary()));
    let mut session = Session::connect(&target).await?;
    let mut tx = session.transaction(Kind::Now).await?;
    let extensions: Vec<Extension> = tx.fetch_json(include_str!("../snapshot/sql/available_extensions.sql"), &[]).await?;
    tx.commit().await?;
    let hypopg = HypoPg::find(&mut session).await?;
    let facts = facts(&target, &session, extensions, hypopg);
    session.close().await;
    drop(progress);
    output::print(&match global.format {
        Format::Json => serde_json::to_string_pretty(&facts).context("cannot write the result")? + "\n",
        _ => screen::text(&facts),
    })?;
    Ok(if facts.complete { Exit::Done } else { Exit::NotLookedAt })
}

fn facts(target: &Target, session: &Session, extensions: Vec<Extension>, hypopg: Option<HypoPg>) -> Facts {
    let rights = session.rights().clone();
    let installations = installations();
    let subjects = subjects(&rights);
    Facts {
        target: target.summary(),
        version_num: session.server_version_num(),
        standby: session.is_standby(),
        encrypted: session.is_encrypted(),
        pooler: session.pooler().map(|p| PoolerFacts {
            evidence: p.evidence.clone(),
            direct: p.direct_hint.clone(),
            session_mode: p.session_mode,
        }),
        advice: advice(&rights, !installations.is_empty(), hypopg),
        same_major: installations.iter().any(|i| i.major == session.major()),
        complete: subjects.iter().all(|s| s.seen == Seen::Yes) && !installations.is_empty(),
        installations: installations.into_iter().map(|i| (i.version, i.bin.display().to_string())).collect(),
        subjects,
        extensions,
        rights,
    }
}

/// How `plan` will prove indexes: in the same order as it tries.
fn advice(rights: &Rights, local: bool, hypopg: Option<HypoPg>) -> String {
    let o = &rights.objects;
    let readable = format!("{} of {} tables", o.readable, o.tables);
    let how = match hypopg.filter(|h| h.usable) {
        _ if local => "indexes are proven in a planner twin, on a server of this machine".to_owned(),
        _ if o.readable == 0 => {
            "indexes are ranked by a cost model alone: no local server, and this role may read no table, so EXPLAIN is refused"
                .to_owned()
        }
        Some(h) => format!("indexes are proven by HypoPG {} on this database ({readable}): no local server", h.version),
        None => format!(
            "EXPLAIN on this database ({readable}) shows what is missing, a cost model what an index would change: no local server, \
             no HypoPG"
        ),
    };
    match rights.workload {
        WorkloadAccess::Full | WorkloadAccess::OwnText => how,
        _ => format!("none, for there is no workload; with one (also from --workload FILE): {how}"),
    }
}

fn subjects(rights: &Rights) -> Vec<Subject> {
    let o = &rights.objects;
    let subject = |name, seen, says: String| Subject { name, seen, says };
    let of = |some: u32, all: u32| match (some, all) {
        (s, a) if s >= a => Seen::Yes,
        (0, _) => Seen::No,
        _ => Seen::Partly,
    };
    let (workload, why) = match rights.workload {
        WorkloadAccess::Full => (Seen::Yes, "every role's statements, from pg_stat_statements"),
        WorkloadAccess::OwnText => (Seen::Partly, "only this role's own statements: those of others are hidden"),
        WorkloadAccess::Denied => (Seen::No, "pg_stat_statements is there, but this role may not read it"),
        WorkloadAccess::NotCreated => (Seen::No, "the extension pg_stat_statements is not created in this database"),
        WorkloadAccess::NotLoaded => (Seen::No, "the server does not load pg_stat_statements"),
    };
    let (statistics, from) = match rights.statistics {
        StatisticsAccess::Catalog => (Seen::Yes, "of every table, without a row of it readable".to_owned()),
        StatisticsAccess::Views => (
            of(o.with_statistics, o.tables),
            format!("of {} of {} tables; without, they are assumed", o.with_statistics, o.tables),
        ),
        StatisticsAccess::None if o.tables == 0 => (Seen::Yes, "there are no tables".to_owned()),
        StatisticsAccess::None => (Seen::No, "none: selectivities are assumed, and said to be".to_owned()),
    };
    let sessions =
        if rights.read_all_stats { (Seen::Yes, "all sessions") } else { (Seen::Partly, "only this role's own sessions") };
    let settings =
        if rights.read_all_settings { (Seen::Yes, "all") } else { (Seen::Partly, "all but those kept for administrators") };
    vec![
        subject("schema", Seen::Yes, "tables, indexes, constraints, policies, roles".to_owned()),
        subject("activity", Seen::Yes, "scans and writes of every table and index".to_owned()),
        subject("workload", workload, why.to_owned()),
        subject("statistics", statistics, from),
        subject("plans", of(o.readable, o.tables), format!("EXPLAIN works on {} of {} tables", o.readable, o.tables)),
        subject(
            "sequences",
            if rights.can_read_sequences { Seen::Yes } else { of(o.sequences_readable, o.sequences) },
            format!("positions of {} of {}", o.sequences_readable, o.sequences),
        ),
        subject("sessions", sessions.0, sessions.1.to_owned()),
        subject("settings", settings.0, settings.1.to_owned()),
    ]
}
