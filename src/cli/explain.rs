//! stub
use super::{Exit, Global};
use crate::error::Result;
/// Options
#[derive(Debug, clap::Args)]
pub struct Args {}
pub async fn run(_: &Args, _: &Global) -> Result<Exit> {
    Ok(Exit::Done)
}
