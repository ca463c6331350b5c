//! The workload from `pg_stat_statements`: counters first, texts of the entries that matter afterwards.

use std::collections::HashMap;

use serde::Deserialize;

use crate::connect::{Bind, Kind, QueryError, Session};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::workload::{Entry, Source, merge};
use crate::snapshot::{Server, Subject, Unseen, Workload};

/// Counters of one entry.
#[derive(Deserialize)]
struct Counters {
    id: Option<String>,
    role: String,
    nested: bool,
    calls: i64,
    rows: i64,
    total_ms: f64,
    max_ms: f64,
    blocks: i64,
}

#[derive(Deserialize)]
struct Text {
    id: String,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Info {
    evictions: Option<i64>,
    since: Option<i64>,
}

/// What stands in place of the text of a statement that dbharden itself sent.
const OWN: &str = "/* dbharden */";

/// Reads at most `top` statements by total time; the rest is counted.
pub(super) async fn read(session: &mut Session, server: &Server, top: usize, unseen: &mut Vec<Unseen>) -> Result<Workload> {
    let mut no_workload = |because: String, cure: Option<&str>| {
        unseen.push(Unseen { subject: Subject::Workload, object: None, because, cure: cure.map(str::to_owned) });
        Workload::default()
    };
    let Some(extension) = server.extensions.iter().find(|e| e.name == "pg_stat_statements") else {
        return Ok(no_workload(
            "the extension pg_stat_statements is not installed in this database".to_owned(),
            Some("CREATE EXTENSION pg_stat_statements (the server needs it in shared_preload_libraries)"),
        ));
    };
    let counters_sql = match version(&extension.version) {
        v if v >= (1, 9) => include_str!("../sql/statements.sql"),
        (1, 8) => include_str!("../sql/statements_ext18.sql"),
        _ => {
            return Ok(no_workload(
                format!("pg_stat_statements {} is too old", extension.version),
                Some("ALTER EXTENSION pg_stat_statements UPDATE"),
            ));
        }
    };
    let in_schema = |sql: &str| sql.replace("{schema}", &Ident::new(&extension.schema).to_string());

    let mut tx = session.transaction(Kind::Snapshot).await?;
    let counters: std::result::Result<Vec<Counters>, QueryError> = tx.fetch_json(&in_schema(counters_sql), &[]).await;
    let counters = match counters {
        Ok(rows) => {
            tx.commit().await?;
            rows
        }
        Err(e) => {
            tx.rollback().await?;
            let cure = "the server needs shared_preload_libraries = 'pg_stat_statements', and this role pg_monitor and USAGE on its schema";
            return Ok(no_workload(e.to_string(), Some(cure)));
        }
    };
    let info = if version(&extension.version) >= (1, 9) {
        info(session, &in_schema(include_str!("../sql/statements_info.sql"))).await?
    } else {
        None
    };

    let total: f64 = counters.iter().map(|c| c.total_ms).sum();
    let hidden = counters.iter().filter(|c| c.id.is_none()).count() as i64;
    let mut visible: Vec<&Counters> = counters.iter().filter(|c| c.id.is_some()).collect();
    visible.sort_by(|a, b| b.total_ms.total_cmp(&a.total_ms).then_with(|| a.id.cmp(&b.id)));
    let beyond = visible.len().saturating_sub(top);
    visible.truncate(top);

    let ids: Vec<String> = visible.iter().filter_map(|c| c.id.clone()).collect();
    let mut tx = session.transaction(Kind::Snapshot).await?;
    let texts: Vec<Text> = tx.fetch_json(&in_schema(include_str!("../sql/statement_texts.sql")), &[Bind::TextArray(ids)]).await?;
    tx.commit().await?;
    let texts: HashMap<&str, Option<&str>> = texts.iter().map(|t| (t.id.as_str(), t.text.as_deref())).collect();

    let mut entries = Vec::new();
    let (mut truncated, mut own, mut own_ms, mut read_ms) = (0, 0, 0.0, 0.0);
    for c in visible {
        match c.id.as_deref().and_then(|id| texts.get(id)).copied().flatten() {
            Some(OWN) => {
                own += 1;
                own_ms += c.total_ms;
            }
            Some(text) => {
                read_ms += c.total_ms;
                entries.push(c.entry(text));
            }
            None => truncated += 1, // evicted meanwhile, or its text was lost
        }
    }
    if hidden > 0 {
        unseen.push(Unseen {
            subject: Subject::Workload,
            object: None,
            because: format!("{hidden} statements of other roles are hidden from this one"),
            cure: Some("GRANT pg_monitor (or pg_read_all_stats) to this role".to_owned()),
        });
    }
    let (statements, unreadable) = merge(entries);
    Ok(Workload {
        source: Source::PgStatStatements,
        since: info.as_ref().and_then(|i| i.since),
        entries: counters.len() as i64 - own,
        entries_beyond_top: beyond as i64,
        time_share: if total > own_ms { (read_ms / (total - own_ms)).min(1.0) } else { 1.0 },
        hidden,
        truncated: truncated + unreadable,
        evictions: info.and_then(|i| i.evictions),
        statements,
    })
}

impl Counters {
    fn entry(&self, text: &str) -> Entry {
        Entry {
            text: text.to_owned(),
            role: Some(Ident::new(&self.role)),
            calls: self.calls,
            rows: self.rows,
            total_ms: self.total_ms,
            max_ms: Some(self.max_ms),
            blocks: self.blocks,
            nested: self.nested,
            is_example: false,
        }
    }
}

/// Evictions and start of counting; `None` when this role may not read them.
async fn info(session: &mut Session, sql: &str) -> Result<Option<Info>> {
    let mut tx = session.transaction(Kind::Snapshot).await?;
    let rows: std::result::Result<Vec<Info>, QueryError> = tx.fetch_json(sql, &[]).await;
    tx.rollback().await?;
    Ok(rows.ok().and_then(|mut r| r.pop()))
}

/// `"1.10"` is (1, 10).
fn version(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|p| p.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}
