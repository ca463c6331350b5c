//! A system of `tests/systems`: schema, data generator, workload.

use include_dir::{Dir, include_dir};

use crate::error::{Context, Error, Result};

static SYSTEMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/tests/systems");

/// One product to try dbharden on.
#[derive(Debug, Clone)]
pub struct System {
    /// Name of its folder.
    pub name: String,
    /// `schema.sql`.
    pub schema: &'static str,
    /// `data.sql`: reads its size from `dbharden.scale`.
    pub data: &'static str,
    /// Pools that the product's processes open.
    pub pools: Option<i64>,
    /// Connections that a pool may open.
    pub connection_limit: Option<i64>,
    /// The statements of `workload/*.sql`, in order.
    pub blocks: Vec<Block>,
}

/// One statement of a workload, how often and with what it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// `lead-list-by-status`.
    pub name: String,
    /// Executions in one run.
    pub calls: usize,
    /// The index it lacks, where it does.
    pub wants: Option<String>,
    /// Query whose rows are the parameters.
    pub params: Option<String>,
    /// The statement.
    pub sql: String,
}

/// Names of the systems there are.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> =
        SYSTEMS.dirs().filter_map(|d| d.path().file_name()).map(|n| n.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

impl System {
    /// The system of that name.
    ///
    /// # Errors
    /// When there is none of that name, or a file of it is missing.
    pub fn find(name: &str) -> Result<Self> {
        let folder = SYSTEMS.get_dir(name).ok_or_else(|| {
            Error::new(format!("there is no demo system {name:?}")).fix(format!("choose one of: {}", names().join(", ")))
        })?;
        let text = |file: &str| {
            let found = folder.get_file(folder.path().join(file)).and_then(|f| f.contents_utf8());
            found.ok_or_else(|| Error::new(format!("the demo system {name} lacks {file}")))
        };
        let workload = folder.get_dir(folder.path().join("workload"));
        let mut files: Vec<_> = workload.into_iter().flat_map(|d| d.files()).collect();
        files.sort_by_key(|f| f.path());
        let blocks = files.iter().filter_map(|f| f.contents_utf8()).flat_map(blocks).collect();
        let expected: toml::Table =
            toml::from_str(text("expected.toml")?).context(format!("{name}/expected.toml does not parse"))?;
        let setting = |key: &str| expected.get("settings")?.get(key)?.as_integer();
        Ok(Self {
            name: name.to_owned(),
            schema: text("schema.sql")?,
            data: text("data.sql")?,
            pools: setting("pools"),
            connection_limit: setting("connection_limit"),
            blocks,
        })
    }
}

/// The blocks of one file. A block begins with its `-- name:` line; a line that begins with three blanks after `--` goes on with
/// the one before.
fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut in_params = false;
    for line in text.lines() {
        let key = |k: &str| line.strip_prefix(&format!("-- {k}: ")).map(str::trim);
        if let Some(name) = key("name") {
            found.push(Block { name: name.to_owned(), calls: 1, wants: None, params: None, sql: String::new() });
            in_params = false;
            continue;
        }
        let Some(block) = found.last_mut() else { continue };
        if let Some(calls) = key("calls") {
            block.calls = calls.parse().unwrap_or(1);
        } else if let Some(wants) = key("wants") {
            block.wants = Some(wants.to_owned());
        } else if let Some(params) = key("params") {
            block.params = Some(params.to_owned());
            in_params = true;
        } else if let Some(rest) = line.strip_prefix("--   ").filter(|_| in_params) {
            if let Some(params) = &mut block.params {
                params.push('\n');
                params.push_str(rest);
            }
        } else if !line.starts_with("--") && !line.trim().is_empty() {
            in_params = false;
            block.sql.push_str(line);
            block.sql.push('\n');
        }
    }
    for block in &mut found {
        block.sql = block.sql.trim().trim_end_matches(';').to_owned();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_whole() {
        let text = "-- about the file\n\n-- name: a\n-- calls: 3\n-- params: SELECT 1\n--   FROM t\nSELECT $1;\n\n-- name: b\nSELECT 2\n  AS x;\n";
        let found = blocks(text);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].calls, found[0].params.as_deref(), found[0].sql.as_str()),
            (3, Some("SELECT 1\nFROM t"), "SELECT $1")
        );
        assert_eq!((found[1].calls, found[1].sql.as_str()), (1, "SELECT 2\n  AS x"));
    }

    #[test]
    fn every_system_is_complete() {
        assert!(names().contains(&"lead_platform".to_owned()));
        for name in names() {
            let system = System::find(&name).unwrap();
            assert!(!system.blocks.is_empty() && system.blocks.iter().all(|b| !b.sql.is_empty()), "{name}");
        }
    }
}
