//! The whole catalog: every object that users made, with all that the drift check compares and a migration can write.
//!
//! Texts (definitions, expressions, defaults) are Postgres's own, printed by `pg_get_*()` under a pinned `search_path`, so that equal
//! means equal. `coverage.toml` lists each column of each system catalog with what becomes of it here.

pub mod acl;
mod assemble;
pub mod id;
pub mod kinds;
pub mod read;
pub mod relation;
mod rows;
pub(crate) mod secrets;
mod settled;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use acl::Acl;
pub use id::{Id, Kind};
pub use relation::{
    Column, Constraint, Identity, Index, NotNull, Policy, Query, Rule, Sequence, SequenceOptions, Statistics, Table, Trigger,
    View,
};

use super::Unseen;
use crate::ident::Ident;

/// All objects of one database.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Objects {
    /// Major version of the server that printed the texts.
    pub major: u32,
    /// Owner of the database.
    pub owner: Ident,
    /// Names of all roles but the predefined ones: owners, grantees and policies name them.
    pub roles: Vec<Ident>,
    /// `search_path` as set for this database, by role; without one (empty name) for all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub search_paths: BTreeMap<Ident, String>,
    /// The objects, members of extensions left out.
    #[serde(with = "as_list")]
    pub all: BTreeMap<Id, Object>,
    /// What is there and not modelled: detected, so that it can be said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_modelled: Vec<NotModelled>,
    /// What could not be looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<Unseen>,
}

/// Something that the drift check knows of and does not compare.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotModelled {
    /// What it is: `base type`, `large object`.
    pub what: String,
    /// Its name, SQL-quoted.
    pub object: String,
}

/// One object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// What it is called.
    pub id: Id,
    /// Owning role, where the kind has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Ident>,
    /// Privileges as stored; `None` = as the owner and the kind have them by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acl: Option<Acl>,
    /// `COMMENT ON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// `SECURITY LABEL` by provider.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Objects that must be there before this one. Not compared: it follows from the rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// What it is.
    pub body: Body,
}

/// A dependency, from `pg_depend`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Need {
    /// The object that is needed.
    pub id: Id,
    /// The one column of it that is needed, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Ident>,
    /// The own column that needs it, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_column: Option<Ident>,
}

macro_rules! bodies {
    ($($variant:ident($type:ty),)*) => {
        /// What an object is, kind by kind.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "is", rename_all = "snake_case")]
        #[allow(missing_docs)]
        pub enum Body {
            $($variant($type),)*
        }

        $(impl From<$type> for Body {
            fn from(body: $type) -> Self {
                Body::$variant(body)
            }
        })*
    };
}

bodies! {
    Schema(kinds::Schema),
    Table(Table),
    View(View),
    Sequence(Sequence),
    Index(Index),
    Constraint(Constraint),
    Trigger(Trigger),
    Rule(Rule),
    Policy(Policy),
    Statistics(Statistics),
    AccessMethod(kinds::AccessMethod),
    Aggregate(kinds::Aggregate),
    Cast(kinds::Cast),
    Collation(kinds::Collation),
    Conversion(kinds::Conversion),
    DefaultPrivileges(kinds::DefaultPrivileges),
    EventTrigger(kinds::EventTrigger),
    Extension(kinds::Extension),
    ForeignDataWrapper(kinds::ForeignDataWrapper),
    Function(kinds::Function),
    Language(kinds::Language),
    Operator(kinds::Operator),
    OperatorClass(kinds::OperatorClass),
    OperatorFamily(kinds::OperatorFamily),
    Publication(kinds::Publication),
    Server(kinds::Server),
    Subscription(kinds::Subscription),
    TextSearchConfiguration(kinds::TextSearchConfiguration),
    TextSearchDictionary(kinds::TextSearchDictionary),
    TextSearchParser(kinds::TextSearchParser),
    TextSearchTemplate(kinds::TextSearchTemplate),
    Transform(kinds::Transform),
    Type(kinds::Type),
    UserMapping(kinds::UserMapping),
}

impl Objects {
    /// The object of that name.
    pub fn get(&self, id: &Id) -> Option<&Object> {
        self.all.get(id)
    }

    /// The catalog of a new database on that server: it has nothing but the schema `public`.
    pub fn new_database(&self) -> Objects {
        let public = Id::global(Kind::Schema, &Ident::new("public"));
        let all = self.all.get(&public).map(|o| (public.clone(), o.clone())).into_iter().collect();
        Objects { major: self.major, owner: self.owner.clone(), all, ..Objects::default() }
    }

    /// The `search_path` that a role's sessions begin with, as SQL, where one is set.
    pub fn search_path_of(&self, role: &Ident) -> Option<&str> {
        self.search_paths.get(role).or_else(|| self.search_paths.get(&Ident::default())).map(String::as_str)
    }

    /// Privileges that an object has the moment this role has made it: the kind's own, as default privileges of the database change
    /// them.
    pub fn acl_when_created(&self, id: &Id, owner: &Ident) -> Acl {
        let objtype = match id.kind {
            Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => 'r',
            Kind::Sequence => 'S',
            Kind::Function | Kind::Procedure | Kind::Aggregate => 'f',
            Kind::Type => 'T',
            Kind::Schema => 'n',
            _ => return Acl::default_of(id.kind, owner, self.major),
        };
        let entries = || {
            let first = Id::global(Kind::DefaultPrivileges, owner);
            let own = self.all.range(first..).map(|(_, o)| o).take_while(|o| o.id.kind == Kind::DefaultPrivileges);
            own.filter(|o| o.id.name == *owner).filter_map(|o| match &o.body {
                Body::DefaultPrivileges(d) if d.objtype == objtype => Some(d),
                _ => None,
            })
        };
        let whole = entries().find(|d| d.in_schema.is_none());
        let mut acl = whole.map_or_else(|| Acl::default_of(id.kind, owner, self.major), |d| d.privileges.clone());
        for more in entries().filter(|d| d.in_schema.as_ref() == Some(&id.schema)) {
            for (role, letters) in &more.privileges.0 {
                let held = acl.0.entry(role.clone()).or_default();
                letters.iter().for_each(|(l, grantable)| *held.entry(*l).or_insert(false) |= grantable);
            }
        }
        acl
    }

    /// Constraints of a table.
    pub fn constraints_of(&self, table: &Id) -> impl Iterator<Item = &Object> {
        let first = Id { kind: Kind::Constraint, part: String::new(), ..table.clone() };
        let own = table.qualified();
        self.all.range(first..).map(|(_, o)| o).take_while(move |o| o.id.kind == Kind::Constraint && o.id.qualified() == own)
    }
}

impl Object {
    /// Columns of a relation.
    pub fn columns(&self) -> &[Column] {
        match &self.body {
            Body::Table(t) => &t.columns,
            Body::View(v) => &v.columns,
            _ => &[],
        }
    }
}

/// A map is written as its values: JSON has no keys but strings.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Id, Object};

    pub(super) fn serialize<S: Serializer>(all: &BTreeMap<Id, Object>, to: S) -> Result<S::Ok, S::Error> {
        all.values().collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Id, Object>, D::Error> {
        Ok(Vec::<Object>::deserialize(from)?.into_iter().map(|o| (o.id.clone(), o)).collect())
    }
}
