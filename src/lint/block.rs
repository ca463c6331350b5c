//! The statements inside a DO block: a migration that guards its statements with `DO $$ ... $$` runs them all the same.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::DoStmt;
use serde_json::Value;

use super::name::inners;
use super::script::Statement;

/// `EXECUTE`, in the tree's words.
const DYNAMIC: &str = "PLpgSQL_stmt_dynexecute";

/// The statements of a block's tree in order, as far as they stand there as SQL; `span` is that of the DO statement.
pub fn statements(tree: &Value, text: &str, span: &Range<usize>) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut at = span.start;
    let mut queries = Vec::new();
    collect(tree, &mut queries);
    for query in queries {
        let place = text[at..span.end].find(query.as_str()).map(|i| at + i);
        let Ok(parsed) = pg_query::parse(&query, 0) else { continue };
        let Some(node) = parsed.protobuf.stmts.into_iter().next().and_then(|s| s.stmt).and_then(|n| n.node) else { continue };
        let own = place.map_or_else(|| span.clone(), |p| p..p + query.len());
        if place.is_some() {
            at = own.end;
        }
        found.push(Statement { node, base: place, span: own, in_block: true, unreadable: None });
    }
    found
}

/// The block's tree, or why what it does is not known.
pub fn read(block: &DoStmt) -> (Option<Value>, Option<String>) {
    let (_, language) = body(block);
    if language != "plpgsql" {
        return (None, Some(format!("it is written in {language}")));
    }
    match tree(block) {
        None => (None, Some("its body does not parse".to_owned())),
        Some(tree) => {
            let unknown = executes_unknown(&tree).then(|| "it runs EXECUTE with a text that is made when it runs".to_owned());
            (Some(tree), unknown)
        }
    }
}

/// The body of a block and its language.
fn body(block: &DoStmt) -> (Option<&str>, &str) {
    let (mut body, mut language) = (None, "plpgsql");
    for node in inners(&block.args) {
        let NodeEnum::DefElem(option) = node else { continue };
        let Some(NodeEnum::String(text)) = option.arg.as_ref().and_then(|a| a.node.as_ref()) else { continue };
        match option.defname.as_str() {
            "as" => body = Some(text.sval.as_str()),
            "language" => language = text.sval.as_str(),
            _ => {}
        }
    }
    (body, language)
}

/// The block's tree; `None` where it is not PL/pgSQL or does not parse.
fn tree(block: &DoStmt) -> Option<Value> {
    let (body, language) = body(block);
    let body = body.filter(|_| language == "plpgsql")?;
    let mut tag = "lint".to_owned();
    while body.contains(&format!("${tag}$")) {
        tag.push('_');
    }
    pg_query::parse_plpgsql(&format!("DO ${tag}${body}${tag}$")).ok()
}

/// Texts of the statements that are SQL themselves, and of `EXECUTE 'a constant'`.
fn collect(tree: &Value, queries: &mut Vec<String>) {
    match tree {
        Value::Object(map) => {
            for (kind, value) in map {
                let query = |at: &str| value[at]["PLpgSQL_expr"]["query"].as_str();
                match kind.as_str() {
                    "PLpgSQL_stmt_execsql" => queries.extend(query("sqlstmt").map(|q| q.trim().to_owned())),
                    DYNAMIC => queries.extend(query("query").and_then(constant)),
                    _ => collect(value, queries),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|v| collect(v, queries)),
        _ => {}
    }
}

/// The text of an expression that is one literal.
fn constant(expression: &str) -> Option<String> {
    let parsed = pg_query::parse(&format!("SELECT {expression}"), 0).ok()?;
    let NodeEnum::SelectStmt(select) = parsed.protobuf.stmts.into_iter().next()?.stmt?.node? else { return None };
    let Some(NodeEnum::ResTarget(target)) = select.target_list.into_iter().next()?.node else { return None };
    match target.val?.node? {
        NodeEnum::AConst(constant) => match constant.val? {
            pg_query::protobuf::a_const::Val::Sval(s) => Some(s.sval),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the block executes a text that is not a constant.
fn executes_unknown(tree: &Value) -> bool {
    match tree {
        Value::Object(map) => map.iter().any(|(kind, value)| {
            if kind == DYNAMIC || kind == "PLpgSQL_stmt_dynfors" {
                let query = value["query"]["PLpgSQL_expr"]["query"].as_str();
                return query.is_none_or(|q| constant(q).is_none());
            }
            executes_unknown(value)
        }),
        Value::Array(all) => all.iter().any(executes_unknown),
        _ => false,
    }
}
