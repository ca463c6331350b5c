//! What a schema may say here. It comes from a file that somebody else may have written, and a superuser runs it: statements that
//! define something, and no others.

use std::borrow::Cow;

use pg_query::NodeEnum;
use pg_query::protobuf::{CreateFunctionStmt, CreateTableAsStmt, ObjectType};

const NOT_PLAIN: &str = "its definition holds a statement that defines nothing: not run";

/// The statements as they are to be sent, read on a thread with a big stack: materialized views are made without their rows, which here would be none.
///
/// # Errors
/// Says in a clause why they are not sent.
pub(super) fn checked(sql: &str) -> Result<Cow<'_, str>, String> {
    let parsed = match pg_query::parse(sql, 0) {
        Ok(parsed) => parsed.protobuf,
        Err(pg_query::Error::Decode(_)) => return by_its_words(sql).ok_or_else(|| NOT_PLAIN.to_owned()),
        // the error quotes the text
        Err(_) => return Err("its definition does not parse: not run".to_owned()),
    };
    let mut nodes = Vec::new();
    for raw in parsed.stmts {
        nodes.extend(raw.stmt.and_then(|s| s.node));
    }
    if let [NodeEnum::CreateTableAsStmt(made)] = &nodes[..]
        && is_view(made)
    {
        let with_rows = made.into.as_ref().is_some_and(|into| !into.skip_data);
        return Ok(if with_rows { format!("{sql}\nWITH NO DATA").into() } else { sql.into() });
    }
    if nodes.iter().any(|n| !is_plain(n)) {
        return Err(NOT_PLAIN.to_owned());
    }
    let native = |n: &NodeEnum| matches!(n, NodeEnum::CreateFunctionStmt(f) if is_native(f));
    if nodes.iter().any(native) {
        return Err("it calls machine code and belongs to no extension: not made".to_owned());
    }
    Ok(sql.into())
}

/// The same for one that parses and whose tree is too deep to be read: a single statement, of a kind that holds long expressions, as its
/// words outside parentheses say.
fn by_its_words(sql: &str) -> Option<Cow<'_, str>> {
    if pg_query::split_with_parser(sql).ok()?.len() != 1 {
        return None;
    }
    let mut depth = 0;
    let mut words = Vec::new();
    for token in pg_query::scan(sql).ok()?.tokens {
        let word = sql.get(usize::try_from(token.start).ok()?..usize::try_from(token.end).ok()?)?;
        match word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ if depth == 0 && !word.starts_with("--") && !word.starts_with("/*") => words.push(word.to_ascii_lowercase()),
            _ => {}
        }
    }
    let mut first = words.iter().map(String::as_str).filter(|w| !matches!(*w, "or" | "replace" | "unique"));
    match (first.next()?, first.next()?) {
        ("create", "materialized") => Some(format!("{sql}\nWITH NO DATA").into()),
        ("create", "view" | "rule" | "policy" | "index" | "trigger" | "domain") | ("alter", "table" | "policy" | "domain") => {
            Some(sql.into())
        }
        ("create", "table") if words.iter().all(|w| w != "as") => Some(sql.into()),
        // its body is one of SQL, or the parser had kept it as text
        ("create", "function" | "procedure") => {
            let language = words.iter().position(|w| w == "language")?;
            (words.get(language + 1)? == "sql").then_some(sql.into())
        }
        _ => None,
    }
}

fn is_view(made: &CreateTableAsStmt) -> bool {
    made.objtype() == ObjectType::ObjectMatview
        && matches!(made.query.as_ref().and_then(|q| q.node.as_ref()), Some(NodeEnum::SelectStmt(_)))
}

/// Written in C, or an internal function by another name.
fn is_native(function: &CreateFunctionStmt) -> bool {
    let options = function.options.iter().filter_map(|o| match &o.node {
        Some(NodeEnum::DefElem(option)) if option.defname == "language" => option.arg.as_ref()?.node.as_ref(),
        _ => None,
    });
    options
        .into_iter()
        .any(|arg| !matches!(arg, NodeEnum::String(name) if !["c", "internal"].iter().any(|n| name.sval.eq_ignore_ascii_case(n))))
}

fn is_plain(node: &NodeEnum) -> bool {
    use NodeEnum::*;
    matches!(
        node,
        CreateSchemaStmt(_)
            | CreateExtensionStmt(_)
            | AlterExtensionStmt(_)
            | AlterExtensionContentsStmt(_)
            | CreateStmt(_)
            | AlterTableStmt(_)
            | CreateForeignTableStmt(_)
            | IndexStmt(_)
            | CreateStatsStmt(_)
            | AlterStatsStmt(_)
            | ViewStmt(_)
            | RuleStmt(_)
            | CreateTrigStmt(_)
            | CreateEventTrigStmt(_)
            | AlterEventTrigStmt(_)
            | CreatePolicyStmt(_)
            | AlterPolicyStmt(_)
            | CreateSeqStmt(_)
            | AlterSeqStmt(_)
            | CreateFunctionStmt(_)
            | AlterFunctionStmt(_)
            | DefineStmt(_)
            | CreateDomainStmt(_)
            | AlterDomainStmt(_)
            | CreateEnumStmt(_)
            | AlterEnumStmt(_)
            | CreateRangeStmt(_)
            | CompositeTypeStmt(_)
            | AlterTypeStmt(_)
            | AlterCollationStmt(_)
            | CreateOpClassStmt(_)
            | CreateOpFamilyStmt(_)
            | AlterOpFamilyStmt(_)
            | AlterOperatorStmt(_)
            | CreateCastStmt(_)
            | CreateConversionStmt(_)
            | CreateTransformStmt(_)
            | CreateAmStmt(_)
            | CreatePlangStmt(_)
            | AlterTsdictionaryStmt(_)
            | AlterTsconfigurationStmt(_)
            | CreateFdwStmt(_)
            | AlterFdwStmt(_)
            | CreateForeignServerStmt(_)
            | AlterForeignServerStmt(_)
            | CreateUserMappingStmt(_)
            | AlterUserMappingStmt(_)
            | CreatePublicationStmt(_)
            | AlterPublicationStmt(_)
            | AlterSubscriptionStmt(_)
            | GrantStmt(_)
            | GrantRoleStmt(_)
            | AlterDefaultPrivilegesStmt(_)
            | AlterOwnerStmt(_)
            | AlterObjectSchemaStmt(_)
            | AlterObjectDependsStmt(_)
            | RenameStmt(_)
            | CommentStmt(_)
            | SecLabelStmt(_)
            | DropStmt(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_definitions_are_sent() {
        for sql in [
            "CREATE TABLE t (a int)",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'begin copy t to program ''x''; end'",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            "CREATE TABLE a (); COMMENT ON TABLE a IS 'SET ROLE postgres'",
            "",
        ] {
            assert_eq!(checked(sql), Ok(sql.into()));
        }
        for sql in [
            "COPY t TO PROGRAM 'x'",
            "CREATE VIEW v AS SELECT 1; COPY t TO PROGRAM 'x'",
            "CREATE MATERIALIZED VIEW v AS SELECT 1; SELECT f()",
            "CREATE TABLE t AS SELECT f()",
            "SELECT 1 INTO t",
            "DO 'begin end'",
            "CALL p()",
            "SELECT f()",
            "INSERT INTO t VALUES (1)",
            "ALTER SYSTEM SET archive_command = 'x'",
            "SET ROLE postgres",
            "RESET SESSION AUTHORIZATION",
            "LOAD 'x'",
            "PREPARE p AS SELECT 1",
            "EXPLAIN ANALYZE SELECT f()",
            "REFRESH MATERIALIZED VIEW v",
            "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p",
            "ALTER ROLE a SUPERUSER",
            "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y'",
            "CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE 'Internal'",
            "CREATE VIEW v AS SELEC 1",
        ] {
            assert!(checked(sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn what_is_too_deep_to_read_is_known_by_its_words() {
        let deep = format!("SELECT {}1 AS a", "1 || ".repeat(200));
        for sql in [
            format!("CREATE OR REPLACE VIEW v AS {deep}"),
            format!("CREATE TABLE t (a text CHECK (a = ({deep})))"),
            format!("CREATE FUNCTION f() RETURNS text LANGUAGE sql BEGIN ATOMIC {deep}; END"),
        ] {
            assert!(matches!(pg_query::parse(&sql, 0), Err(pg_query::Error::Decode(_))));
            assert_eq!(checked(&sql), Ok((&*sql).into()));
        }
        let view = format!("CREATE MATERIALIZED VIEW v AS {deep}");
        assert_eq!(checked(&view), Ok(format!("{view}\nWITH NO DATA").into()));
        for sql in [
            deep.clone(),
            format!("CREATE TABLE t AS {deep}"),
            format!("CREATE VIEW v AS {deep}; COPY t TO PROGRAM 'x'"),
            format!("COPY ({deep}) TO PROGRAM 'x'"),
            format!("DO $$ $$; {deep}"),
            format!("CREATE FUNCTION f(a text DEFAULT ({deep})) RETURNS int LANGUAGE c AS 'x'"),
        ] {
            assert!(checked(&sql).is_err());
        }
    }

    #[test]
    fn materialized_views_are_made_without_rows() {
        let sql = "CREATE MATERIALIZED VIEW v AS SELECT f()";
        assert_eq!(checked(sql), Ok(format!("{sql}\nWITH NO DATA").into()));
        let without = "CREATE MATERIALIZED VIEW v AS SELECT f() WITH NO DATA";
        assert_eq!(checked(without), Ok(without.into()));
    }
}
