//! Rights that the statements need and our role has not: said before anything runs.

use pg_query::NodeEnum;
use pg_query::protobuf::{ConstrType, Node, ObjectType, RangeVar};
use serde::Deserialize;

use super::Job;
use super::session::{Worker, lost};
use super::step::{StepKind, parsed};
use crate::error::{Error, Result};
use crate::ident::{Ident, literal};
use crate::migration::script::{Kind, Piece};

/// What a statement needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Need {
    /// `owner`, `schema`, `database`, or a privilege on a table.
    right: &'static str,
    /// The object's name as SQL writes it.
    object: String,
}

#[derive(Deserialize)]
struct Lacking {
    at: usize,
    object: String,
    owner: String,
    role: String,
}

/// Refuses a run for which our role has not the rights. Objects that are not there yet are left to their statements.
///
/// # Errors
/// Names the first statement, what it needs, and who can give it.
pub async fn rights(worker: &mut Worker, jobs: &[Job<'_>]) -> Result<()> {
    let mut needs: Vec<(&Piece, Need)> = Vec::new();
    for job in jobs {
        let elsewhere =
            |p: &Piece| p.kind == Kind::Setting && ["role", "search_path"].iter().any(|w| p.sql.to_ascii_lowercase().contains(w));
        // as whom, or where, its statements run is not known from here
        if job.script.pieces.iter().any(elsewhere) {
            continue;
        }
        for step in &job.steps {
            for piece in step.positions.iter().map(|p| &job.script.pieces[*p]) {
                match &step.kind {
                    StepKind::Backfill(b) => {
                        let table = b.table.to_string();
                        needs.extend(["SELECT", "UPDATE"].map(|right| (piece, Need { right, object: table.clone() })));
                    }
                    _ => needs.extend(parsed(piece).iter().flat_map(of).map(|n| (piece, n))),
                }
            }
        }
    }
    if needs.is_empty() {
        return Ok(());
    }
    let values: Vec<String> =
        needs.iter().enumerate().map(|(i, (_, n))| format!("({i}, {}, {})", literal(n.right), literal(&n.object))).collect();
    let sql = include_str!("sql/lacking.sql").replace("{needs}", &values.join(", "));
    let lacking: Vec<Lacking> = worker.rows(&sql).await.map_err(|f| lost("cannot look at the rights of the role", &f))?;
    let Some(first) = lacking.first() else { return Ok(()) };
    let (piece, need) = &needs[first.at];
    let (role, owner) = (Ident::new(&*first.role), Ident::new(&*first.owner));
    let (lacks, fix) = match need.right {
        "owner" => (format!("is not the owner of {}", first.object), format!("run as {owner}, or GRANT {owner} TO {role}")),
        "schema" => (
            format!("may not create in schema {}", first.object),
            format!("as {owner}: GRANT CREATE ON SCHEMA {} TO {role}", first.object),
        ),
        "database" => (
            format!("may not create schemas in {}", first.object),
            format!("as {owner}: GRANT CREATE ON DATABASE {} TO {role}", first.object),
        ),
        right => {
            (format!("has no {right} on {}", first.object), format!("as {owner}: GRANT {right} ON {} TO {role}", first.object))
        }
    };
    let more = match lacking.len() - 1 {
        0 => String::new(),
        n => format!("; {n} more rights are missing"),
    };
    Err(Error::new(format!("{}: role {role} may not run {}", piece.place(), piece.title()))
        .because(format!("it {lacks}{more}"))
        .fix(fix))
}

fn relation(range: &RangeVar) -> String {
    let name = Ident::new(&*range.relname).to_string();
    if range.schemaname.is_empty() { name } else { format!("{}.{name}", Ident::new(&*range.schemaname)) }
}

fn on(right: &'static str, range: Option<&RangeVar>) -> Vec<Need> {
    range.map(|r| Need { right, object: relation(r) }).into_iter().collect()
}

fn in_schema(range: Option<&RangeVar>) -> Vec<Need> {
    let named = range.filter(|r| !r.schemaname.is_empty() && r.relpersistence != "t");
    named.map(|r| Need { right: "schema", object: Ident::new(&*r.schemaname).to_string() }).into_iter().collect()
}

/// What a statement needs, as far as it is clear.
fn of(node: &NodeEnum) -> Vec<Need> {
    match node {
        NodeEnum::AlterTableStmt(s) => {
            let mut needs = on("owner", s.relation.as_ref());
            for command in s.cmds.iter().filter_map(|c| c.node.as_ref()) {
                let NodeEnum::AlterTableCmd(command) = command else { continue };
                match command.def.as_ref().and_then(|d| d.node.as_ref()) {
                    Some(NodeEnum::PartitionCmd(p)) => needs.extend(on("owner", p.name.as_ref())),
                    Some(NodeEnum::Constraint(c)) if c.contype == ConstrType::ConstrForeign as i32 => {
                        needs.extend(on("REFERENCES", c.pktable.as_ref()));
                    }
                    _ => {}
                }
            }
            needs
        }
        NodeEnum::IndexStmt(s) => [on("owner", s.relation.as_ref()), in_schema(s.relation.as_ref())].concat(),
        NodeEnum::CreateStmt(s) => in_schema(s.relation.as_ref()),
        NodeEnum::ViewStmt(s) => in_schema(s.view.as_ref()),
        NodeEnum::RenameStmt(s) => on("owner", s.relation.as_ref()),
        NodeEnum::AlterObjectSchemaStmt(s) => on("owner", s.relation.as_ref()),
        NodeEnum::ReindexStmt(s) => on("owner", s.relation.as_ref()),
        NodeEnum::CreatePolicyStmt(s) => on("owner", s.table.as_ref()),
        NodeEnum::AlterPolicyStmt(s) => on("owner", s.table.as_ref()),
        NodeEnum::RuleStmt(s) => on("owner", s.relation.as_ref()),
        NodeEnum::RefreshMatViewStmt(s) => on("owner", s.relation.as_ref()),
        NodeEnum::CreateTrigStmt(s) => on("TRIGGER", s.relation.as_ref()),
        NodeEnum::InsertStmt(s) => on("INSERT", s.relation.as_ref()),
        NodeEnum::UpdateStmt(s) => on("UPDATE", s.relation.as_ref()),
        NodeEnum::DeleteStmt(s) => on("DELETE", s.relation.as_ref()),
        NodeEnum::CreateSchemaStmt(_) => vec![Need { right: "database", object: String::new() }],
        NodeEnum::DropStmt(s) => {
            let kinds = [
                ObjectType::ObjectTable,
                ObjectType::ObjectIndex,
                ObjectType::ObjectView,
                ObjectType::ObjectMatview,
                ObjectType::ObjectSequence,
            ];
            let wanted = kinds.iter().any(|k| s.remove_type == *k as i32);
            s.objects.iter().filter(|_| wanted).filter_map(list_name).map(|object| Need { right: "owner", object }).collect()
        }
        _ => Vec::new(),
    }
}

/// `schema.name` of a list of names.
fn list_name(node: &Node) -> Option<String> {
    let NodeEnum::List(list) = node.node.as_ref()? else { return None };
    let names: Vec<String> = list
        .items
        .iter()
        .filter_map(|n| match n.node.as_ref()? {
            NodeEnum::String(s) => Some(Ident::new(&*s.sval).to_string()),
            _ => None,
        })
        .collect();
    Some(names.join("."))
}
