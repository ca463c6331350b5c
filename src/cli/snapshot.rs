//! `dbharden snapshot`: all that `plan` needs in one file, with user data replaced by pseudonyms.

use std::path::PathBuf;
use std::time::Duration;

use super::pipeline::{self, Live};
use super::progress::Progress;
use super::{Exit, Global, output, shell_word};
use crate::config::Config;
use crate::error::Result;
use crate::ident::one_line;
use crate::snapshot::{self, Subject};

/// Options of `snapshot`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Where it is written, readable by you alone
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Keep most common values and histogram bounds as they are: they are your users' data
    #[arg(long)]
    with_values: bool,
    /// Also read the least and greatest value of columns that an index leads with: for exact plans in a twin
    #[arg(long)]
    read_extremes: bool,
    /// Read twice, so far apart, and store what was counted in between: 90s, 15m, 2h
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pause: Option<Duration>,
    /// Also count what this replica served (repeatable)
    #[arg(long, value_name = "URL")]
    replica: Vec<String>,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let mut config = Config::load(global.config.as_deref())?;
    let registry = pipeline::registry(&config, &[])?;
    config.validate(&registry)?;
    let progress = Progress::new();
    let live = Live {
        url: args.url.as_deref(),
        replicas: &args.replica,
        pause: args.pause,
        twin: true,
        extremes: args.read_extremes,
        ledgers: true,
    };
    let read = pipeline::read(&live, &mut config, &registry, &progress).await?;
    progress.say("writing");
    let notes = snapshot::save(&read, &args.output, args.with_values)?;
    drop(progress);
    for note in notes {
        output::complain(&format!("note: {}", one_line(&note)));
    }
    for unseen in &read.unseen {
        let object = unseen.object.as_ref().map(|o| format!("{}: ", one_line(o))).unwrap_or_default();
        output::complain(&format!("not seen: {object}{}", one_line(&unseen.because)));
    }
    let file = shell_word(&args.output.to_string_lossy());
    let values = if args.with_values { "with values of your users" } else { "values replaced by pseudonyms" };
    output::print(&format!(
        "{file}: {} relations, {} statements, {values}\nnext: dbharden plan --snapshot {file}\n",
        read.catalog.relations.len(),
        read.workload.statements.len()
    ))?;
    // plans are evidence only: no check depends on them
    let missing = read.unseen.iter().any(|u| u.subject != Subject::Plans);
    Ok(if missing { Exit::NotLookedAt } else { Exit::Done })
}

/// `90s`, `15m`, `2h`.
fn duration(text: &str) -> std::result::Result<Duration, String> {
    let wrong = || format!("{text:?} is no length of time; write 90s, 15m or 2h");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        _ => return Err(wrong()),
    };
    let number: u64 = text.strip_suffix(unit).and_then(|n| n.parse().ok()).ok_or_else(wrong)?;
    let length = number.checked_mul(seconds).filter(|s| (1..=7 * 86_400).contains(s)).ok_or_else(wrong)?;
    Ok(Duration::from_secs(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        assert_eq!(duration("15m"), Ok(Duration::from_secs(900)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7_200)));
        for wrong in ["", "m", "15", "0s", "-1m", "1.5h", "99999999h", "5é"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
