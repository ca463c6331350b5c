//! stub
use super::Exit;
use crate::error::Result;
/// Options
#[derive(Debug, clap::Args)]
pub struct Args {}
pub fn run(_: &Args) -> Result<Exit> {
    Ok(Exit::Done)
}
