//! A system of `tests/systems`: schema, data generator, workload.

use include_dir::{Dir, include_dir};

use super::Proof;
use crate::error::{Context, Error, Result};
use crate::ident::Ident;

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
    /// What makes of the filled database another one: `variants/<name>.sql`. See [`System::in_variant`].
    pub variant: Option<&'static str>,
    /// Statements of the application as a script of its own: `app.sql`, where there is one.
    pub app: Option<&'static str>,
    /// How its tenants are kept apart: `proof.toml`, where this variant can be taken to the end.
    pub proof: Option<Proof>,
    /// What the scale counts: `leads`.
    pub unit: String,
    /// The scale that shows what there is to show.
    pub scale: u32,
    /// Pools that the product's processes open.
    pub pools: Option<i64>,
    /// Connections that a pool may open.
    pub connection_limit: Option<i64>,
    /// The statements of `workload/*.sql`, in order.
    pub blocks: Vec<Block>,
}

/// One statement of a workload, how often and with what it is run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// `lead-list-by-status`.
    pub name: String,
    /// Executions in one run.
    pub calls: usize,
    /// The index it lacks, where it does.
    pub wants: Option<String>,
    /// Query whose rows are the parameters. It runs as the one who loaded the database.
    pub params: Option<String>,
    /// The role that sends the statement; else the one who loaded the database.
    pub role: Option<Ident>,
    /// A setting of the session and which parameter (from 0) it takes its value from.
    pub setting: Option<(String, usize)>,
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

fn folder(name: &str) -> Result<&'static Dir<'static>> {
    SYSTEMS.get_dir(name).ok_or_else(|| {
        Error::new(format!("there is no demo system {name:?}")).fix(format!("choose one of: {}", names().join(", ")))
    })
}

impl System {
    /// The system of that name.
    ///
    /// # Errors
    /// When there is none of that name, or a file of it is missing.
    pub fn find(name: &str) -> Result<Self> {
        let folder = folder(name)?;
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
        let settings = expected.get("settings");
        let setting = |key: &str| settings?.get(key)?.as_integer();
        let unit = settings.and_then(|s| s.get("unit")).and_then(|u| u.as_str()).unwrap_or("rows").to_owned();
        Ok(Self {
            name: name.to_owned(),
            schema: text("schema.sql")?,
            data: text("data.sql")?,
            variant: None,
            app: text("app.sql").ok(),
            proof: proof(name, &text)?.filter(|p| p.variants.iter().any(|v| v == "plain")),
            unit,
            scale: setting("scale").and_then(|s| u32::try_from(s).ok()).unwrap_or(50_000),
            pools: setting("pools"),
            connection_limit: setting("connection_limit"),
            blocks,
        })
    }

    /// Names of its variants; the database as `data.sql` leaves it is none of them.
    pub fn variants(&self) -> Vec<String> {
        let files =
            folder(&self.name).ok().and_then(|f| f.get_dir(f.path().join("variants"))).into_iter().flat_map(|d| d.files());
        let mut names: Vec<String> =
            files.filter_map(|f| f.path().file_stem()).map(|n| n.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The same product in a variant.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn in_variant(mut self, variant: &str) -> Result<Self> {
        let folder = folder(&self.name)?;
        let file = folder.get_file(folder.path().join("variants").join(format!("{variant}.sql")));
        let text = |file: &str| {
            let found = folder.get_file(folder.path().join(file)).and_then(|f| f.contents_utf8());
            found.ok_or_else(|| Error::new(format!("the demo system {} lacks {file}", self.name)))
        };
        self.proof = proof(&self.name, &text)?.filter(|p| p.variants.iter().any(|v| v == variant));
        self.variant = Some(file.and_then(|f| f.contents_utf8()).ok_or_else(|| {
            let fix = match self.variants()[..] {
                [] => format!("leave it out: {} has no variants", self.name),
                ref names => format!("choose one of: {}", names.join(", ")),
            };
            Error::new(format!("{} has no variant {variant:?}", self.name)).fix(fix)
        })?);
        Ok(self)
    }
}

/// `proof.toml` with the files that belong to it.
fn proof(name: &str, text: &impl Fn(&str) -> Result<&'static str>) -> Result<Option<Proof>> {
    let Ok(settings) = text("proof.toml") else { return Ok(None) };
    let mut proof: Proof = toml::from_str(settings).context(format!("{name}/proof.toml does not parse"))?;
    (proof.decisions, proof.app) = (text("decisions.sql")?, text("app.sql")?);
    Ok(Some(proof))
}

/// The blocks of one file. A block begins with its `-- name:` line; a line that begins with three blanks after `--` goes on with
/// the one before.
fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut in_params = false;
    for line in text.lines() {
        let key = |k: &str| line.strip_prefix(&format!("-- {k}: ")).map(str::trim);
        if let Some(name) = key("name") {
            found.push(Block { name: name.to_owned(), calls: 1, ..Block::default() });
            in_params = false;
            continue;
        }
        let Some(block) = found.last_mut() else { continue };
        if let Some(calls) = key("calls") {
            block.calls = calls.parse().unwrap_or(1);
        } else if let Some(wants) = key("wants") {
            block.wants = Some(wants.to_owned());
        } else if let Some(role) = key("role") {
            block.role = Some(Ident::new(role));
        } else if let Some((name, number)) = key("setting").and_then(|s| s.split_once(" = $")) {
            block.setting = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).map(|n| (name.to_owned(), n));
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
