//! `dbharden baseline`: the first migration of a database that never had one.

use std::path::PathBuf;

use super::progress::Progress;
use super::{Exit, Global, output, shell_word};
use crate::config::Config;
use crate::connect::{Session, Target};
use crate::drift::baseline::{self, Place};
use crate::error::Result;
use crate::ident::one_line;
use crate::migration::layout::Layout;
use crate::snapshot::objects::read;

/// Options of `baseline`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// The tool that is to run the migrations
    #[arg(long, value_enum, value_name = "TOOL", default_value_t = Layout::Dbharden)]
    layout: Layout,
    /// Where it is written [default: the tool's usual folder]; `-` prints it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Leave out owners: everything belongs to the role that runs it
    #[arg(long)]
    no_owners: bool,
    /// Leave out GRANTs and default privileges
    #[arg(long)]
    no_grants: bool,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let config = Config::load(global.config.as_deref())?;
    let progress = Progress::new();
    let target = Target::resolve(args.url.as_deref(), &|name| std::env::var(name).ok())?;
    progress.say(&format!("connecting to {}", target.summary()));
    let mut session = Session::for_definitions(&target).await?;
    let live = read::read(&mut session, &|what| progress.say(&format!("reading {what}"))).await?;
    session.close().await;
    drop(progress);
    for note in live.unseen.iter().map(|u| format!("{}: {}", u.object.as_deref().unwrap_or("the catalog"), u.because)) {
        output::complain(&format!("not seen: {}", one_line(&note)));
    }
    for n in &live.not_modelled {
        output::complain(&format!("not written: {}: a {} is for a person to write", one_line(&n.object), n.what));
    }
    let incomplete = !live.unseen.is_empty() || !live.not_modelled.is_empty();
    let to_stdout = args.out.as_ref().is_some_and(|o| o.as_os_str() == "-");
    let place = Place {
        layout: args.layout,
        directory: args.out.clone().unwrap_or_else(|| baseline::usual_folder(args.layout, &config)),
        at: time::OffsetDateTime::now_utc(),
        owners: !args.no_owners,
        grants: !args.no_grants,
        ignored_schemas: config.drift.ignore_schemas.clone(),
        schemas: if config.schemas.is_empty() { target.schema.iter().cloned().collect() } else { config.schemas.clone() },
    };
    if to_stdout {
        output::print(&baseline::text(&live, &place))?;
        return Ok(if incomplete { Exit::NotLookedAt } else { Exit::Done });
    }
    let written = baseline::write(&live, &place)?;
    let mut said: String = written.files.iter().map(|f| format!("{} written\n", f.display())).collect();
    said.push_str(&format!("{} objects\n", written.objects));
    if let Some(command) = &written.mark_applied {
        said.push_str(&format!("next: tell the database that it has it already\n  {}\n", command.replace('\n', "\n  ")));
    }
    let folder = shell_word(&place.directory.to_string_lossy());
    said.push_str(&format!("then, in CI: dbharden drift --desired {folder}\n"));
    output::print(&said)?;
    Ok(if incomplete { Exit::NotLookedAt } else { Exit::Done })
}
