//! `dbharden status`: what is applied, half-way, pending, approved.

use std::path::PathBuf;

use super::{Exit, Format, Global, output};
use crate::apply::status::status;
use crate::config::Config;
use crate::connect::Target;
use crate::error::Result;
use crate::migration::set;
use crate::report;
use crate::review::Review;

/// Options of `status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Where the migrations are [default: generated-migrations]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    global.format.is_table_or_json()?;
    let config = Config::load(global.config.as_deref())?;
    let directory = args.dir.clone().unwrap_or_else(|| config.out.clone());
    let migrations = set::read(&directory)?;
    let target = Target::resolve(args.url.as_deref(), &|name| std::env::var(name).ok())?;
    let status = status(&target, &migrations, &Review::load(&directory, &config.review)?).await?;
    output::print(&match global.format {
        Format::Json => report::status::json(&status)?,
        _ => report::status::table(&status, &output::look(global)),
    })?;
    Ok(if status.summary.is_clean() { Exit::Done } else { Exit::Found })
}
