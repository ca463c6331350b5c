//! The last part of a demo: row-level security stage by stage, the application beside it, and the proof.

use comfy_table::{ContentArrangement, Table, presets};
use sqlx::postgres::PgConnectOptions;

use crate::apply::Stop;
use crate::check;
use crate::cli::progress::Progress;
use crate::cli::{Exit, Global, output, pipeline};
use crate::config::{Config, Stage};
use crate::demo::{Block, Place, Proof};
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::isolation;
use crate::snapshot::read::ReadOptions;

/// The stages and what they are called.
const STAGES: [(Stage, &str); 4] =
    [(Stage::Prepare, "prepare"), (Stage::Audit, "audit"), (Stage::Enforce, "enforce"), (Stage::Force, "force")];

/// Goes through the stages, then attacks.
///
/// # Errors
/// A migration that does not run through; an application that a stage breaks before it enforces.
pub(super) async fn run(
    place: &Place<'_>,
    (proof, blocks): (&Proof, &[Block]),
    options: &PgConnectOptions,
    config: &Config,
    global: &Global,
    stop: &Stop,
) -> Result<Exit> {
    let progress = Progress::new();
    let mut config = Config { tenancy: proof.tenancy.clone(), ..config.clone() };
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["stage", "migrations", "the application of today", "with its tenant set"]);
    for (stage, name) in STAGES {
        progress.note(&format!("Row-level security: {name}"));
        config.tenancy.stage = stage;
        let read = pipeline::read_options(&config, place.registry);
        if stage == Stage::Force {
            proof.decide(options).await?; // rows that came without a tenant meanwhile
        }
        let mut migrations = place.reach(&config, &read, stop).await?;
        if stage == Stage::Prepare {
            proof.decide(options).await?;
            migrations += place.reach(&config, &read, stop).await?;
        }
        let today = proof.run_unchanged(options, blocks).await;
        let changed = proof.run_changed(options, blocks).await;
        let broken = [changed.as_ref().err(), today.as_ref().err().filter(|_| stage < Stage::Enforce)];
        if let Some(why) = broken.into_iter().flatten().next() {
            return Err(Error::new(format!("the stage {name} breaks the application"))
                .because(format!("{why:#}"))
                .fix("please report this: it is a bug of dbharden"));
        }
        let says = |ran: &Result<()>| if ran.is_ok() { "runs" } else { "is refused" }.to_owned();
        table.add_row([name.to_owned(), migrations.to_string(), says(&today), says(&changed)]);
    }
    progress.note("Attacking as the application");
    let read = ReadOptions { objects: true, planner: true, ..pipeline::read_options(&config, place.registry) };
    let snapshot = place.look(&read, &|_| ()).await?;
    let findings = check::run(&snapshot, place.registry, &config)?.findings;
    let request = isolation::Request {
        snapshot: &snapshot,
        config: &config,
        findings: &findings,
        roles: config.tenancy.app_role.iter().map(|r| Ident::new(r.as_str())).collect(),
        settings: config.tenancy.setting.iter().cloned().collect(),
        place: isolation::Place::Copy,
    };
    let outcome = isolation::prove(request, &|what| progress.say(what)).await?;
    drop(progress);
    output::print(&format!("\nRow-level security, stage by stage\n{table}\n\n"))?;
    output::isolation(&outcome, global)?;
    Ok(if outcome.leaks() {
        Exit::Found
    } else if outcome.lacks() {
        Exit::NotLookedAt
    } else {
        Exit::Done
    })
}
