//! Triggers that keep the tenant column right for an application that does not know it.
//!
//! A row takes its parent's tenant when it is inserted, when it moves to another parent, and when it has none yet; a writer that names
//! another tenant is refused with the error of the foreign key. A parent that changes its tenant takes its rows along.
//!
//! Why no row slips through between two transactions: whoever fills a row holds its parent FOR KEY SHARE, as the foreign key does anyway,
//! and whoever changes a parent's tenant holds the parent FOR UPDATE. So one waits for the other.
//!
//! The functions run as their owner, because the application may lack the right to lock the parent, with `row_security = off`: an owner
//! from whom row-level security hides the parent gets an error in place of a silent NULL.

use super::TenantColumn;
use super::gates::joined;
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, literal, short_name};
use crate::plan::change::gate::tag_for;
use crate::plan::statement::{LockMode, Statement};

/// One trigger with its function.
struct Trigger {
    /// Of both.
    name: Ident,
    table: QualifiedName,
    /// `BEFORE INSERT`, `AFTER UPDATE`.
    event: &'static str,
    /// Condition under which it fires.
    when: Option<String>,
    body: String,
}

impl TenantColumn {
    /// Makes functions and triggers.
    pub(super) fn sync(&self, major: u32, settings: &MigrationSettings) -> Vec<Statement> {
        let mut statements = Vec::new();
        for (function, triggers) in self.triggers() {
            statements.extend(self.function(&function, &triggers[0].body));
            statements.extend(triggers.iter().flat_map(|t| t.create(&self.qualified(&function), major, settings)));
        }
        statements
    }

    /// Drops them.
    pub(super) fn unsync(&self, settings: &MigrationSettings) -> Vec<Statement> {
        let all = self.triggers();
        let triggers = all.iter().flat_map(|(_, triggers)| triggers).map(|t| {
            let sql = format!("DROP TRIGGER IF EXISTS {} ON {}", t.name, t.table);
            Statement::brief(sql, LockMode::AccessExclusive, &t.table, settings.lock_timeout_ms)
        });
        let functions =
            all.iter().map(|(f, _)| Statement::without_lock(format!("DROP FUNCTION IF EXISTS {}()", self.qualified(f))));
        triggers.chain(functions).collect()
    }

    /// Functions with their triggers. Nothing is filled before parents that change are followed, and rows that are not filled yet are not
    /// followed: so between two statements of the file no row gets a tenant that it does not keep up with.
    ///
    /// Triggers fire in the order of their names: behind the application's own, which may still set the parent, a row is filled (`zy`), and
    /// only then its own children are held (`zz`), for what they must follow is known by then.
    fn triggers(&self) -> Vec<(Ident, Vec<Trigger>)> {
        let (table, parent) = (&self.table, &self.parent.table);
        let (column, theirs) = (&self.column, &self.parent.column);
        let base = format!("{}_{}", table.name.raw(), column.raw());
        let name = |suffix: &str| {
            let order = if suffix.starts_with("_fill") { "zy" } else { "zz" };
            short_name(&format!("{order}_{base}"), suffix)
        };
        let moved = self.parent.via.iter().map(|v| format!("OLD.{v} IS DISTINCT FROM NEW.{v}"));
        let touched: Vec<String> = [format!("NEW.{column} IS NULL"), format!("OLD.{column} IS DISTINCT FROM NEW.{column}")]
            .into_iter()
            .chain(moved)
            .collect();
        let changed = format!("OLD.{theirs} IS DISTINCT FROM NEW.{theirs}");
        let trigger = |suffix, table: &QualifiedName, event, when, body: &str| Trigger {
            name: name(suffix),
            table: table.clone(),
            event,
            when,
            body: body.to_owned(),
        };
        let (fill, hold, follow) = (self.fill(), self.hold(), self.follow());
        vec![
            (name("_hold"), vec![trigger("_hold", parent, "BEFORE UPDATE", Some(changed.clone()), &hold)]),
            (name("_follow"), vec![trigger("_follow", parent, "AFTER UPDATE", Some(changed), &follow)]),
            (
                name("_fill"),
                vec![
                    trigger("_fill_new", table, "BEFORE INSERT", None, &fill),
                    trigger("_fill_old", table, "BEFORE UPDATE", Some(touched.join(" OR ")), &fill),
                ],
            ),
        ]
    }

    fn qualified(&self, function: &Ident) -> QualifiedName {
        QualifiedName::new(self.table.schema.clone(), function.clone())
    }

    fn function(&self, name: &Ident, body: &str) -> [Statement; 2] {
        let (name, tag) = (self.qualified(name), tag_for(body, "tenant"));
        let create = format!(
            "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n\
             SET search_path = pg_catalog, pg_temp SET row_security = off AS {tag}\n{body}{tag}"
        );
        // a trigger needs no right to it
        [create, format!("REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")].map(Statement::without_lock)
    }

    /// Fills a row of the table.
    fn fill(&self) -> String {
        let (column, parent) = (&self.column, &self.parent);
        let absent: Vec<String> = parent.via.iter().map(|v| format!("NEW.{v} IS NULL")).collect();
        let refusal = format!(
            "insert or update on table {} violates foreign key constraint {}",
            quoted(&self.table.name),
            quoted(&parent.constraint)
        );
        format!(
            "DECLARE\n    wanted {of}.{theirs}%TYPE;\n    given boolean := NEW.{column} IS NOT NULL;\nBEGIN\n\
             \x20   IF {absent} THEN\n        RETURN NEW;\n    END IF;\n\
             \x20   IF TG_OP = 'UPDATE' THEN\n\
             \x20       -- what stood there before is not the writer's word\n\
             \x20       given := given AND OLD.{column} IS NOT NULL AND OLD.{column} IS DISTINCT FROM NEW.{column};\n    END IF;\n\
             \x20   SELECT p.{theirs} INTO wanted FROM {of} AS p WHERE {join} FOR KEY SHARE;\n\
             \x20   IF FOUND AND (NOT given OR wanted = NEW.{column}) THEN\n\
             \x20       NEW.{column} := wanted;\n        RETURN NEW;\n    END IF;\n\
             \x20   IF NOT given AND (SELECT c.relrowsecurity FROM pg_class AS c WHERE c.oid = to_regclass({itself})) THEN\n\
             \x20       -- the policy refuses it as it refuses another tenant's parent: nobody learns which keys exist\n\
             \x20       NEW.{column} := NULL;\n        RETURN NEW;\n    END IF;\n\
             \x20   RAISE EXCEPTION USING\n        ERRCODE = 'foreign_key_violation',\n        MESSAGE = {message},\n\
             \x20       DETAIL = 'There is no such row in the parent table, or it belongs to another tenant.',\n\
             \x20       SCHEMA = TG_TABLE_SCHEMA,\n        TABLE = TG_TABLE_NAME,\n        CONSTRAINT = {constraint};\nEND\n",
            of = parent.table,
            theirs = parent.column,
            itself = literal(&self.table.to_string()), // of a partition the parent's policies count
            absent = absent.join(" OR "),
            join = joined("p", &parent.keys, "NEW", &parent.via),
            message = literal(&refusal),
            constraint = literal(parent.constraint.raw()),
        )
    }

    /// Waits for those who are filling rows of this parent, and makes others wait.
    fn hold(&self) -> String {
        let Self { parent, .. } = self;
        format!(
            "BEGIN\n    PERFORM FROM {} AS p WHERE {} FOR UPDATE;\n    RETURN NEW;\nEND\n",
            parent.table,
            joined("p", &parent.keys, "OLD", &parent.keys)
        )
    }

    /// Takes the rows of a parent along.
    fn follow(&self) -> String {
        let Self { table, column, parent, .. } = self;
        format!(
            "BEGIN\n    UPDATE {table} AS c SET {column} = NEW.{theirs}\n    WHERE {join} AND c.{column} IS NOT NULL AND c.{column} IS DISTINCT FROM NEW.{theirs};\n\
             \x20   RETURN NULL;\nEND\n",
            theirs = parent.column,
            join = joined("NEW", &parent.keys, "c", &parent.via),
        )
    }
}

/// A name as the server's messages quote it.
fn quoted(name: &Ident) -> String {
    format!("\"{}\"", name.raw())
}

impl Trigger {
    fn create(&self, function: &QualifiedName, major: u32, settings: &MigrationSettings) -> Vec<Statement> {
        let Self { name, table, event, .. } = self;
        let brief = |sql: String, mode| Statement::brief(sql, mode, table, settings.lock_timeout_ms);
        let when = self.when.as_ref().map(|w| format!(" WHEN ({w})")).unwrap_or_default();
        let or_replace = if major >= 14 { "OR REPLACE " } else { "" };
        let create = brief(
            format!("CREATE {or_replace}TRIGGER {name} {event} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION {function}()"),
            LockMode::ShareRowExclusive,
        );
        if major >= 14 {
            return vec![create];
        }
        vec![brief(format!("DROP TRIGGER IF EXISTS {name} ON {table}"), LockMode::AccessExclusive), create]
    }
}
