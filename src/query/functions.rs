//! Statements inside functions. What `pg_stat_statements` has of them names the function's variables, and its constants are gone; the
//! source of the function has both. Variables become parameters, constants come back.

use std::collections::HashMap;

use pg_query::NodeEnum;
use pg_query::protobuf::{CreateFunctionStmt, FunctionParameterMode, TypeName};
use serde_json::Value;

use super::places::{self, Places};
use super::resolver::Named;
use super::{Resolver, Unreadable, deparse, fingerprint, nodes, text};
use crate::snapshot::Relation;
use crate::snapshot::objects::{Body, Objects};

/// The statements of all functions, by fingerprint.
#[derive(Debug, Default)]
pub(super) struct Functions {
    sources: HashMap<String, Source>,
}

#[derive(Debug, Clone)]
struct Source {
    text: String,
    function: Function,
}

impl Source {
    /// Another function has the same statement: nobody knows which one ran, so constants in which they differ are none.
    fn meet(&mut self, other: &Source) {
        if self.text == other.text {
            return;
        }
        let bare = |text: &str| pg_query::normalize(text).ok();
        if let Some(text) = bare(&self.text).filter(|own| bare(&other.text).as_ref() == Some(own)) {
            self.text = text;
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Function {
    name: String,
    /// Arguments and variables with their types as SQL, where they say one.
    variables: HashMap<String, Option<String>>,
    is_trigger: bool,
    /// Tables that it is a trigger of: schema and name.
    tables: Vec<(String, String)>,
}

/// What variables a statement names, as parameters.
pub(super) struct Written {
    /// The statement.
    pub text: String,
    /// Whether it names any.
    pub has_variables: bool,
}

impl Functions {
    /// Reads the sources of all SQL and PL/pgSQL functions.
    pub(super) fn new(objects: Option<&Objects>) -> Self {
        let mut sources = HashMap::new();
        let Some(objects) = objects else { return Self::default() };
        let triggers: Vec<(&crate::snapshot::objects::Id, &str)> = objects
            .all
            .values()
            .filter_map(|o| match &o.body {
                Body::Trigger(t) => Some((&o.id, t.definition.as_str())),
                _ => None,
            })
            .collect();
        for object in objects.all.values() {
            let Body::Function(function) = &object.body else { continue };
            if !["sql", "plpgsql"].contains(&function.language.raw()) {
                continue;
            }
            let definition = function.definition.as_str();
            let Ok((mut about, texts)) = text::with_stack(definition, read) else { continue };
            about.is_trigger = function.result.as_deref() == Some("trigger");
            if about.is_trigger {
                let calls = |d: &str| d.contains(&format!("{}(", object.id.name)); // quoted where it must be
                let of = triggers.iter().filter(|(_, d)| calls(d));
                about.tables = of.map(|(id, _)| (id.schema.raw().to_owned(), id.name.raw().to_owned())).collect();
            }
            for text in texts {
                if let Ok(print) = fingerprint(&text) {
                    let source = Source { text, function: about.clone() };
                    sources.entry(print).and_modify(|known: &mut Source| known.meet(&source)).or_insert(source);
                }
            }
        }
        Self { sources }
    }

    /// The statement of this fingerprint as its function writes it, variables as parameters; `None` when no function has it.
    pub(super) fn written(&self, fingerprint: &str, resolver: &Resolver) -> Option<Written> {
        let source = self.sources.get(fingerprint)?;
        text::with_stack(&source.text, |sql| {
            let places = places::places(sql)?;
            Ok(source.function.parameterised(sql, &places, resolver))
        })
        .ok()
    }
}

impl Function {
    fn parameterised(&self, sql: &str, places: &Places, resolver: &Resolver) -> Written {
        let find = |schema: &str, name: &str| match resolver.relation(schema, name) {
            Named::Relation(relation) => Some(relation),
            _ => None,
        };
        let relations: Vec<&Relation> = places.tables.iter().filter_map(|(s, n, _)| find(s, n)).collect();
        let of_trigger: Vec<&Relation> = self.tables.iter().filter_map(|(s, n)| find(s, n)).collect();
        let is_named = |name: &str| places.named.iter().any(|n| n == name) || places.tables.iter().any(|(_, n, _)| n == name);
        let tokens = places::tokens(sql);
        let mut numbers: Vec<(Vec<String>, i32)> = Vec::new();
        let mut next = super::parameters(sql).unwrap_or(0) as i32;
        let mut edits = Vec::new();
        let mut columns = places.columns.clone();
        columns.sort_by_key(|(_, at)| *at);
        for (parts, at) in columns {
            if parts.iter().any(String::is_empty) {
                continue;
            }
            let first = parts[0].as_str();
            let typed = |name: &str| self.variables.get(name).cloned();
            let (named, type_name, rest) = match parts.len() {
                1 if relations.iter().any(|r| r.column(first).is_some()) => continue,
                1 => match typed(first) {
                    Some(type_name) => (1, type_name, 0),
                    None => continue,
                },
                _ if self.is_trigger && matches!(first, "new" | "old") && !is_named(first) => {
                    let column = of_trigger.iter().find_map(|r| r.column(&parts[1]));
                    (parts.len(), column.map(|c| c.type_name.clone()).filter(|_| parts.len() == 2), 0)
                }
                _ if is_named(first) => continue,
                2 if first == self.name && typed(&parts[1]).is_some() => (2, typed(&parts[1]).flatten(), 0),
                _ => match typed(first) {
                    Some(Some(type_name)) => (1, Some(type_name), parts.len() - 1),
                    Some(None) => (parts.len(), None, 0),
                    None => continue,
                },
            };
            let Some(bytes) = places::extent(&tokens, at, parts.len()) else { continue };
            let key = parts[..named].to_vec();
            let number = numbers.iter().find(|(k, _)| *k == key).map(|(_, n)| *n).unwrap_or_else(|| {
                next += 1;
                numbers.push((key, next));
                next
            });
            let value = type_name.map_or_else(|| format!("${number}"), |t| format!("${number}::{t}"));
            let fields: String =
                parts[parts.len() - rest..].iter().map(|f| format!(".{}", crate::ident::Ident::new(f.as_str()))).collect();
            edits.push((bytes, if rest > 0 { format!("({value}){fields}") } else { value }));
        }
        Written { has_variables: !edits.is_empty(), text: places::edited(sql, edits) }
    }
}

/// A function's variables and statements.
fn read(definition: &str) -> Result<(Function, Vec<String>), Unreadable> {
    let NodeEnum::CreateFunctionStmt(create) = text::parse_one(definition)? else { return Err(Unreadable::Empty) };
    let mut function =
        Function { name: nodes::last_name(&create.funcname).to_owned(), variables: arguments(&create), ..Default::default() };
    let plpgsql = nodes::inners(&create.options).any(
        |o| matches!(o, NodeEnum::DefElem(d) if d.defname == "language" && matches!(nodes::inner(&d.arg), Some(NodeEnum::String(s)) if s.sval == "plpgsql")),
    );
    let mut texts = Vec::new();
    if plpgsql {
        let tree = match pg_query::parse_plpgsql(definition) {
            Err(first) => with_plain_types(*create.clone()).map_or(Err(first), |(plain, declared)| {
                function.variables.extend(declared);
                pg_query::parse_plpgsql(&plain)
            }),
            read => read,
        };
        let tree = tree.map_err(|e| Unreadable::Syntax(e.to_string()))?;
        let mut open = vec![&tree];
        while let Some(value) = open.pop() {
            match value {
                Value::Object(fields) => {
                    for (kind, node) in fields {
                        match kind.as_str() {
                            "PLpgSQL_var" | "PLpgSQL_rec" => variable(node, &mut function),
                            "PLpgSQL_expr" => {
                                texts.extend(node.get("query").and_then(Value::as_str).and_then(statement_of));
                            }
                            _ => {}
                        }
                        open.push(node);
                    }
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
    } else if let Some(body) = body(&create) {
        let statements = pg_query::split_with_parser(&body).map_err(|e| Unreadable::Syntax(e.to_string()))?;
        texts.extend(statements.into_iter().map(|s| s.trim().to_owned()));
    }
    Ok((function, texts))
}

/// An expression of PL/pgSQL that reads a table, as a statement.
fn statement_of(query: &str) -> Option<String> {
    let reads = query.to_ascii_lowercase();
    if !["select", "insert", "update", "delete", "merge", "with"].iter().any(|verb| reads.contains(verb)) {
        return None;
    }
    if text::parse_one(query).is_ok() { Some(query.to_owned()) } else { text::of_expression(query) }
}

/// A declared variable with its type. `t.c%TYPE` and records say none that could be used here.
fn variable(node: &Value, function: &mut Function) {
    let Some(name) = node.get("refname").and_then(Value::as_str).filter(|n| !n.starts_with('(')) else { return };
    let said = node.pointer("/datatype/PLpgSQL_type/typname").and_then(Value::as_str).map(str::trim);
    let usable = said.filter(|t| !t.is_empty() && !t.contains('%') && !t.eq_ignore_ascii_case("unknown"));
    let usable = usable.filter(|t| !matches!(t.to_ascii_lowercase().as_str(), "record" | "refcursor" | "pg_catalog.\"record\""));
    function.variables.entry(name.to_owned()).or_insert_with(|| usable.map(str::to_owned));
}

fn arguments(create: &CreateFunctionStmt) -> HashMap<String, Option<String>> {
    let mut all = HashMap::new();
    for node in nodes::inners(&create.parameters) {
        let NodeEnum::FunctionParameter(parameter) = node else { continue };
        if parameter.name.is_empty() || parameter.mode() == FunctionParameterMode::FuncParamTable {
            continue;
        }
        let type_name = parameter.arg_type.as_ref().and_then(deparse::type_text).filter(|t| !t.contains('%'));
        all.insert(parameter.name.clone(), type_name.filter(|t| !is_polymorphic(t)));
    }
    all
}

/// The definition with `text` in the place of types that the parser does not know: those of other schemas than its own. Also what types
/// the declared variables among them have.
fn with_plain_types(mut create: CreateFunctionStmt) -> Option<(String, HashMap<String, Option<String>>)> {
    let parameters = create.parameters.iter_mut().filter_map(|node| match node.node.as_mut() {
        Some(NodeEnum::FunctionParameter(parameter)) => Some(parameter),
        _ => None,
    });
    for parameter in parameters {
        parameter.defexpr = None;
        parameter.arg_type.iter_mut().for_each(plain);
    }
    create.return_type.iter_mut().for_each(plain);
    let (text, declared) = with_plain_declarations(&body(&create)?);
    for option in &mut create.options {
        let Some(NodeEnum::DefElem(option)) = option.node.as_mut() else { continue };
        let arg = option.arg.as_mut().and_then(|arg| arg.node.as_mut());
        if let ("as", Some(NodeEnum::List(list))) = (option.defname.as_str(), arg)
            && let Some(NodeEnum::String(own)) = list.items.first_mut().and_then(|item| item.node.as_mut())
        {
            own.sval.clone_from(&text);
        }
    }
    let plain = NodeEnum::CreateFunctionStmt(Box::new(create)).deparse(Default::default()).ok()?;
    Some((plain, declared))
}

/// Makes a type `text` that is of another schema than the server's own.
fn plain(name: &mut TypeName) {
    let is_own = name.names.len() < 2 || nodes::names(&name.names).first().is_none_or(|schema| *schema == "pg_catalog");
    if !is_own && let Some(NodeEnum::String(last)) = name.names.last_mut().and_then(|n| n.node.as_mut()) {
        last.sval = "text".to_owned();
        name.names.drain(..name.names.len() - 1);
    }
}

/// A body whose declarations say `text` in the place of `schema.type`, and those types by the variables' names.
fn with_plain_declarations(body: &str) -> (String, HashMap<String, Option<String>>) {
    let tokens = places::tokens(body);
    let word = |at: usize| tokens.get(at).and_then(|t| body.get(t.start as usize..t.end as usize)).unwrap_or_default();
    let (mut edits, mut declared, mut is_declaration) = (Vec::new(), HashMap::new(), false);
    for at in 0..tokens.len() {
        match word(at).to_ascii_lowercase().as_str() {
            "declare" => is_declaration = true,
            "begin" => is_declaration = false,
            ";" => {}
            _ => continue,
        }
        let name = Some(word(at + 1)).filter(|_| is_declaration).unwrap_or_default();
        let first = if word(at + 2).eq_ignore_ascii_case("constant") { at + 3 } else { at + 2 };
        if name.is_empty() || word(first + 1) != "." || word(first + 3) == "%" {
            continue;
        }
        let Some(bytes) = places::extent(&tokens, tokens[first].start as usize, 2) else { continue };
        let list = if word(first + 3) == "[" { "[]" } else { "" };
        let name = if name.starts_with('"') { name.trim_matches('"').to_owned() } else { name.to_ascii_lowercase() };
        declared.insert(name, Some(format!("{}{list}", &body[bytes.clone()])));
        edits.push((bytes, "text".to_owned()));
    }
    (places::edited(body, edits), declared)
}

/// Whether it stands for a type that only a call says: `anyelement`, `anycompatiblearray`.
fn is_polymorphic(type_name: &str) -> bool {
    let bare = type_name.trim_start_matches("pg_catalog.").trim_matches('"');
    ["any", "anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anymultirange"].contains(&bare)
        || bare.starts_with("anycompatible")
}

/// The text between the quotes of AS; a body of SQL's own (`BEGIN ATOMIC`) is none.
fn body(create: &CreateFunctionStmt) -> Option<String> {
    nodes::inners(&create.options).find_map(|option| match option {
        NodeEnum::DefElem(d) if d.defname == "as" => match nodes::inner(&d.arg)? {
            NodeEnum::List(list) => nodes::names(&list.items).first().map(|s| (*s).to_owned()),
            NodeEnum::String(s) => Some(s.sval.clone()),
            _ => None,
        },
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture;

    fn source(definition: &str, statement: &str) -> Source {
        let (function, texts) = text::with_stack(definition, read).unwrap();
        let wanted = fingerprint(statement).unwrap();
        let text = texts.into_iter().find(|t| fingerprint(t).unwrap() == wanted).expect("the function has the statement");
        Source { text, function }
    }

    fn written(source: &Source) -> String {
        let catalog = fixture::catalog("CREATE TABLE jobs (id bigint, status text, lock text)");
        let resolver = Resolver::new(&catalog, vec!["public".to_owned()]);
        let places = places::places(&source.text).unwrap();
        source.function.parameterised(&source.text, &places, &resolver).text
    }

    #[test]
    fn variables_become_parameters_and_constants_come_back() {
        let definition = "CREATE FUNCTION s.take(queues text[], most integer) RETURNS bigint LANGUAGE plpgsql AS $function$
            DECLARE r record; wanted jobs.status%TYPE := 'x'; n bigint;
            BEGIN
              IF EXISTS (SELECT 1 FROM jobs WHERE status = 'todo' AND id = ANY(queues)) THEN RETURN 1; END IF;
              n := (SELECT count(*) FROM jobs WHERE lock = r.lock AND status = wanted);
              SELECT j.id INTO n FROM jobs j WHERE j.status = 'doing' AND j.id > take.most LIMIT most;
              RETURN n;
            END $function$";
        let exists = source(definition, "select exists (select $1 from jobs where status = $2 and id = any(queues))");
        assert_eq!(written(&exists), "SELECT EXISTS (SELECT 1 FROM jobs WHERE status = 'todo' AND id = ANY($1::text[]))");
        let counted = source(definition, "select (select count(*) from jobs where lock = r.lock and status = wanted)");
        assert_eq!(written(&counted), "SELECT (SELECT count(*) FROM jobs WHERE lock = $1 AND status = $2)");
        let first = source(definition, "select j.id from jobs j where j.status = $1 and j.id > take.most limit most");
        let text = written(&first).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(text, "SELECT j.id FROM jobs j WHERE j.status = 'doing' AND j.id > $1::int LIMIT $2::int");
    }

    #[test]
    fn an_array_of_rows_is_a_parameter_too() {
        let definition = "CREATE OR REPLACE FUNCTION q.add(specs q.spec[], keep boolean DEFAULT false) RETURNS SETOF q.jobs LANGUAGE plpgsql AS $function$
            declare v_job q.jobs; kind q.kind[];
            begin
              insert into jobs as j (lock) select distinct spec.lock from unnest(specs) spec on conflict do nothing;
              return query update jobs as j set status = null from unnest(specs) spec where j.lock = spec.lock and j.status = any(kind) and keep is true returning *;
            end $function$";
        let insert = source(
            definition,
            "insert into jobs as j (lock) select distinct spec.lock from unnest(specs) spec on conflict do nothing",
        );
        assert!(written(&insert).contains("unnest($1::q.spec[]) spec"), "{}", written(&insert));
        let update = "update jobs as j set status = $1 from unnest(specs) spec where j.lock = spec.lock and j.status = any(kind) and keep is true returning *";
        let update = written(&source(definition, update));
        assert!(update.contains("any($2::q.kind[]) and $3::"), "{update}");
    }

    #[test]
    fn a_statement_of_an_sql_function() {
        let definition = "CREATE FUNCTION f(job bigint) RETURNS void LANGUAGE sql AS $$
            DELETE FROM jobs WHERE id = job; UPDATE jobs SET status = 'done' WHERE id = $1 AND lock = 'a' $$";
        assert_eq!(written(&source(definition, "DELETE FROM jobs WHERE id = job")), "DELETE FROM jobs WHERE id = $1::bigint");
        let second = source(definition, "UPDATE jobs SET status = $2 WHERE id = $1 AND lock = $3");
        assert_eq!(written(&second), "UPDATE jobs SET status = 'done' WHERE id = $1 AND lock = 'a'");
    }
}
