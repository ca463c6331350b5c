//! What an object is called: kind, schema, name and, for things that hang on another one, their own part.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ident::{Ident, QualifiedName};

/// Kinds of objects, in the order in which differences are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A schema.
    Schema,
    /// An extension.
    Extension,
    /// A procedural language.
    Language,
    /// A table or index access method.
    AccessMethod,
    /// An enum, domain, composite or range type.
    Type,
    /// A collation.
    Collation,
    /// An encoding conversion.
    Conversion,
    /// A foreign-data wrapper.
    ForeignDataWrapper,
    /// A foreign server.
    Server,
    /// A user mapping of a foreign server.
    UserMapping,
    /// A sequence.
    Sequence,
    /// A table, partitioned or not.
    Table,
    /// A foreign table.
    ForeignTable,
    /// A column of a relation: part of its relation, named in differences.
    Column,
    /// A constraint of a table.
    Constraint,
    /// An index that backs no constraint.
    Index,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
    /// An operator.
    Operator,
    /// An operator family.
    OperatorFamily,
    /// An operator class.
    OperatorClass,
    /// A cast.
    Cast,
    /// A transform.
    Transform,
    /// A trigger.
    Trigger,
    /// A rewrite rule.
    Rule,
    /// A row-level security policy.
    Policy,
    /// An extended-statistics object.
    Statistics,
    /// An event trigger.
    EventTrigger,
    /// A text search parser.
    TextSearchParser,
    /// A text search template.
    TextSearchTemplate,
    /// A text search dictionary.
    TextSearchDictionary,
    /// A text search configuration.
    TextSearchConfiguration,
    /// A publication.
    Publication,
    /// A subscription.
    Subscription,
    /// Default privileges of a role.
    DefaultPrivileges,
}

impl Kind {
    /// The words that SQL has for it: `MATERIALIZED VIEW`.
    pub fn sql(self) -> &'static str {
        match self {
            Kind::Schema => "SCHEMA",
            Kind::Extension => "EXTENSION",
            Kind::Language => "LANGUAGE",
            Kind::AccessMethod => "ACCESS METHOD",
            Kind::Type => "TYPE",
            Kind::Collation => "COLLATION",
            Kind::Conversion => "CONVERSION",
            Kind::ForeignDataWrapper => "FOREIGN DATA WRAPPER",
            Kind::Server => "SERVER",
            Kind::UserMapping => "USER MAPPING",
            Kind::Sequence => "SEQUENCE",
            Kind::Table => "TABLE",
            Kind::ForeignTable => "FOREIGN TABLE",
            Kind::Column => "COLUMN",
            Kind::Constraint => "CONSTRAINT",
            Kind::Index => "INDEX",
            Kind::View => "VIEW",
            Kind::MaterializedView => "MATERIALIZED VIEW",
            Kind::Function => "FUNCTION",
            Kind::Procedure => "PROCEDURE",
            Kind::Aggregate => "AGGREGATE",
            Kind::Operator => "OPERATOR",
            Kind::OperatorFamily => "OPERATOR FAMILY",
            Kind::OperatorClass => "OPERATOR CLASS",
            Kind::Cast => "CAST",
            Kind::Transform => "TRANSFORM",
            Kind::Trigger => "TRIGGER",
            Kind::Rule => "RULE",
            Kind::Policy => "POLICY",
            Kind::Statistics => "STATISTICS",
            Kind::EventTrigger => "EVENT TRIGGER",
            Kind::TextSearchParser => "TEXT SEARCH PARSER",
            Kind::TextSearchTemplate => "TEXT SEARCH TEMPLATE",
            Kind::TextSearchDictionary => "TEXT SEARCH DICTIONARY",
            Kind::TextSearchConfiguration => "TEXT SEARCH CONFIGURATION",
            Kind::Publication => "PUBLICATION",
            Kind::Subscription => "SUBSCRIPTION",
            Kind::DefaultPrivileges => "DEFAULT PRIVILEGES",
        }
    }

    /// Whether rows can be stored in it or seen through it.
    pub fn is_relation(self) -> bool {
        matches!(self, Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView)
    }

    /// Whether it hangs on a relation and is named by it: `TRIGGER x ON app.t`.
    pub fn is_part(self) -> bool {
        matches!(self, Kind::Column | Kind::Constraint | Kind::Trigger | Kind::Rule | Kind::Policy)
    }
}

impl fmt::Display for Kind {
    /// In words, lower case: `materialized view`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql().to_lowercase())
    }
}

/// One object of a database.
///
/// `part` is what the kind needs besides a name: of a column, constraint, trigger, rule or policy its own name (`name` is the relation's);
/// of a function, procedure, aggregate or operator the types of its arguments as SQL (`integer, text`), of a cast the target type, of
/// an operator class or family the access method, of a user mapping the role, of default privileges role and kind of object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Id {
    /// What it is.
    pub kind: Kind,
    /// Its schema; empty for kinds that have none.
    #[serde(default)]
    pub schema: Ident,
    /// Its name, or that of the relation it hangs on.
    pub name: Ident,
    /// See above.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
}

impl Id {
    /// An object with a schema.
    pub fn new(kind: Kind, schema: &Ident, name: &Ident) -> Self {
        Self { kind, schema: schema.clone(), name: name.clone(), part: String::new() }
    }

    /// An object without a schema.
    pub fn global(kind: Kind, name: &Ident) -> Self {
        Self { kind, schema: Ident::new(""), name: name.clone(), part: String::new() }
    }

    /// The same with its part.
    pub fn with(mut self, part: &str) -> Self {
        self.part = part.to_owned();
        self
    }

    /// A thing on a relation.
    pub fn on(kind: Kind, relation: &QualifiedName, name: &Ident) -> Self {
        Self::new(kind, &relation.schema, &relation.name).with(name.raw())
    }

    /// Schema and name; of a thing on a relation those of the relation.
    pub fn qualified(&self) -> QualifiedName {
        QualifiedName { schema: self.schema.clone(), name: self.name.clone() }
    }

    /// The part as a name.
    pub fn part_name(&self) -> Ident {
        Ident::new(&*self.part)
    }

    /// The name as SQL: with its schema where the kind has one.
    pub fn name_sql(&self) -> String {
        if self.schema.raw().is_empty() { self.name.to_string() } else { self.qualified().to_string() }
    }

    /// How COMMENT ON, ALTER and DROP name it, without the kind: `app.f(integer)`, `x ON app.t`.
    pub fn sql(&self) -> String {
        let name = self.name_sql();
        match self.kind {
            Kind::Column => format!("{name}.{}", self.part_name()),
            Kind::Constraint | Kind::Trigger | Kind::Rule | Kind::Policy => format!("{} ON {name}", self.part_name()),
            Kind::Function | Kind::Procedure => format!("{name}({})", self.part),
            Kind::Aggregate => format!("{name}({})", if self.part.is_empty() { "*" } else { &self.part }),
            Kind::Operator => format!("{}.{} ({})", self.schema, self.name.raw(), self.part),
            Kind::OperatorClass | Kind::OperatorFamily => format!("{name} USING {}", self.part_name()),
            Kind::Cast => format!("({} AS {})", self.name.raw(), self.part),
            Kind::Transform => format!("FOR {} LANGUAGE {}", self.name.raw(), self.part_name()),
            Kind::UserMapping => {
                let role = if self.part.is_empty() { "PUBLIC".to_owned() } else { self.part_name().to_string() };
                format!("FOR {role} SERVER {name}")
            }
            Kind::DefaultPrivileges => format!("FOR ROLE {name} {}", self.part),
            _ => name,
        }
    }

    /// The path that ignores and reports use: `public."Lead".status`, `app.f(integer)`.
    pub fn path(&self) -> String {
        if self.kind == Kind::Operator {
            return format!("{}.{}({})", self.schema, self.name.raw(), self.part);
        }
        if self.kind.is_part() { format!("{}.{}", self.name_sql(), self.part_name()) } else { self.sql() }
    }
}

impl fmt::Display for Id {
    /// `table public."Lead"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.path())
    }
}
