//! Where the desired schema comes from: a folder, a file, standard input, a snapshot, another database.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, Result};
use crate::migration::layout::{Layout, MigrationFile, ReadOptions};
use crate::snapshot;
use crate::snapshot::objects::Objects;

/// What was named with `--desired`.
pub enum Source {
    /// A folder of migrations.
    Folder {
        /// Whose folder it is.
        layout: Layout,
        /// The folder itself.
        path: PathBuf,
        /// Its files in order.
        files: Vec<MigrationFile>,
    },
    /// A file or standard input.
    Script(MigrationFile),
    /// A saved snapshot.
    Snapshot(Box<Objects>, PathBuf),
    /// Another database.
    Url(String),
}

impl Source {
    /// Finds out what was named, and reads it unless it is a database.
    ///
    /// # Errors
    /// Nothing is there, it cannot be read, or its layout is not clear.
    pub fn read(named: &str, layout: Option<Layout>, options: &ReadOptions) -> Result<Self> {
        if named == "-" {
            let mut sql = String::new();
            std::io::stdin().read_to_string(&mut sql).context("cannot read standard input")?;
            return Ok(Source::Script(MigrationFile::script(Path::new("standard input"), sql)));
        }
        let path = Path::new(named);
        if path.is_dir() {
            let layout = match layout {
                Some(layout) => layout,
                None => Layout::detect(path)?,
            };
            let files = layout.read(path, options)?;
            return Ok(Source::Folder { layout, path: layout.root(path)?, files });
        }
        if path.is_file() {
            if is_snapshot(path) {
                let loaded = snapshot::load(path)?;
                let objects = loaded.objects.ok_or_else(|| {
                    Error::new(format!("the snapshot {named} does not hold the whole catalog"))
                        .because("an earlier dbharden wrote it")
                        .fix("take a new one: dbharden snapshot URL -o FILE")
                })?;
                return Ok(Source::Snapshot(Box::new(objects), path.to_owned()));
            }
            return Ok(Source::Script(MigrationFile::read(path)?));
        }
        let like_url = named.starts_with("postgres://") || named.starts_with("postgresql://") || named.contains('=');
        if like_url {
            return Ok(Source::Url(named.to_owned()));
        }
        Err(Error::new(format!("there is no {named}"))
            .because("--desired is neither a folder, nor a file, nor the URL of a database")
            .fix("name the folder of your migrations, a .sql file, `-` for standard input, a snapshot, or a URL"))
    }

    /// How people call it. A URL may hold a password.
    pub fn name(&self) -> String {
        match self {
            Source::Folder { path, .. } => path.display().to_string().trim_end_matches('/').to_owned(),
            Source::Script(file) => file.path.display().to_string(),
            Source::Snapshot(_, path) => format!("snapshot {}", path.display()),
            Source::Url(_) => "another database".to_owned(),
        }
    }

    /// Whose folder it is.
    pub fn layout(&self) -> Option<Layout> {
        match self {
            Source::Folder { layout, .. } => Some(*layout),
            _ => None,
        }
    }
}

/// A snapshot begins as JSON does; SQL never does.
fn is_snapshot(path: &Path) -> bool {
    let mut start = [0; 64];
    let read = std::fs::File::open(path).and_then(|mut f| f.read(&mut start)).unwrap_or(0);
    String::from_utf8_lossy(&start[..read]).trim_start().starts_with('{')
}
