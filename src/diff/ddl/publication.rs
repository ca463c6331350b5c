//! Publications.

use crate::diff::draft::Draft;
use crate::ident::{ident_list, literal};
use crate::plan::LockMode;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::{Publication, PublishedTable};

pub(super) fn create(object: &Object, publication: &Publication) -> Vec<Draft> {
    let mut contents = Vec::new();
    if publication.all_tables {
        contents.push("ALL TABLES".to_owned());
    }
    // `TABLE` once, before the first: 13 and 14 take it nowhere else
    let word = |n: usize| if n == 0 { "TABLE " } else { "" };
    contents.extend(publication.tables.iter().enumerate().map(|(n, t)| format!("{}{}", word(n), table(t))));
    contents.extend(publication.schemas.iter().map(|s| format!("TABLES IN SCHEMA {s}")));
    let what = if contents.is_empty() { String::new() } else { format!(" FOR {}", contents.join(", ")) };
    let usual = Publication {
        all_tables: false,
        tables: Vec::new(),
        schemas: Vec::new(),
        publish: ["insert", "update", "delete", "truncate"].map(str::to_owned).to_vec(),
        publish_via_partition_root: false,
        publish_generated_columns: false,
    };
    let with = options(&usual, publication).map_or(String::new(), |o| format!(" WITH ({o})"));
    let draft = Draft::new(format!("CREATE PUBLICATION {}{what}{with}", object.id.name));
    vec![publication.tables.iter().fold(draft, |draft, t| draft.locking(LockMode::ShareUpdateExclusive, &t.table))]
}

pub(super) fn alter(object: &Object, old: &Publication, new: &Publication) -> Option<Vec<Draft>> {
    if old.all_tables != new.all_tables {
        return None;
    }
    let name = &object.id.name;
    let mut drafts = Vec::new();
    // what goes, goes first: not every table fits beside every schema
    for gone in old.tables.iter().filter(|t| !new.tables.contains(t)) {
        let sql = format!("ALTER PUBLICATION {name} DROP TABLE ONLY {}", gone.table);
        drafts.push(Draft::new(sql).locking(LockMode::ShareUpdateExclusive, &gone.table));
    }
    for gone in old.schemas.iter().filter(|s| !new.schemas.contains(s)) {
        drafts.push(Draft::new(format!("ALTER PUBLICATION {name} DROP TABLES IN SCHEMA {gone}")));
    }
    for added in new.tables.iter().filter(|t| !old.tables.contains(t)) {
        let sql = format!("ALTER PUBLICATION {name} ADD TABLE {}", table(added));
        drafts.push(Draft::new(sql).locking(LockMode::ShareUpdateExclusive, &added.table));
    }
    for added in new.schemas.iter().filter(|s| !old.schemas.contains(s)) {
        drafts.push(Draft::new(format!("ALTER PUBLICATION {name} ADD TABLES IN SCHEMA {added}")));
    }
    if let Some(options) = options(old, new) {
        drafts.push(Draft::new(format!("ALTER PUBLICATION {name} SET ({options})")));
    }
    Some(drafts)
}

fn table(published: &PublishedTable) -> String {
    let columns = published.columns.as_ref().map_or(String::new(), |c| format!(" ({})", ident_list(c)));
    let filter = published.filter.as_ref().map_or(String::new(), |f| format!(" WHERE ({f})"));
    format!("ONLY {}{columns}{filter}", published.table)
}

fn options(old: &Publication, new: &Publication) -> Option<String> {
    let mut options = Vec::new();
    if old.publish != new.publish {
        options.push(format!("publish = {}", literal(&new.publish.join(", "))));
    }
    if old.publish_via_partition_root != new.publish_via_partition_root {
        options.push(format!("publish_via_partition_root = {}", new.publish_via_partition_root));
    }
    if old.publish_generated_columns != new.publish_generated_columns {
        let which = if new.publish_generated_columns { "stored" } else { "none" };
        options.push(format!("publish_generated_columns = {which}"));
    }
    (!options.is_empty()).then(|| options.join(", "))
}
