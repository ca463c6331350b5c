//! From rows to objects: OIDs become names, and what the catalogs keep apart (comments, dependencies, identity) comes together.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::kinds::{self, Parsed};
use super::read::{Head, Parts, parse, relation_kind};
use super::{
    Acl, Body, Column, Constraint, Id, Identity, Index, Kind, Need, NotModelled, NotNull, Object, Objects, Policy, Rule,
    Sequence, SequenceOptions, Statistics, Table, Trigger, View, secrets,
};
use crate::error::Result;
use crate::ident::{Ident, QualifiedName};
use crate::snapshot::{Oid, Unseen};

/// Everything as it was read.
#[derive(Default)]
pub(super) struct Raw {
    pub major: u32,
    pub parts: Parts,
    pub sequences: Vec<String>,
    pub kinds: Vec<(&'static kinds::Reading, String)>,
    pub comments: Vec<String>,
    pub needs: Vec<String>,
    pub members: Vec<String>,
    pub general: String,
    pub not_modelled: Vec<String>,
    pub unseen: Vec<Unseen>,
}

/// The relation a row is of.
#[derive(Deserialize)]
struct Of {
    relation: Oid,
}

impl Raw {
    pub fn add(&mut self, parts: Parts) {
        let own = &mut self.parts;
        own.relations.extend(parts.relations);
        own.columns.extend(parts.columns);
        own.constraints.extend(parts.constraints);
        own.not_nulls.extend(parts.not_nulls);
        own.indexes.extend(parts.indexes);
        own.triggers.extend(parts.triggers);
        own.rules.extend(parts.rules);
        own.policies.extend(parts.policies);
        own.statistics.extend(parts.statistics);
    }

    /// Leaves out what was read of these relations.
    pub fn forget(&mut self, gone: &dyn Fn(Oid) -> bool) {
        #[derive(Deserialize)]
        struct Own {
            oid: Oid,
        }
        self.parts.relations.retain(|row| serde_json::from_str::<Own>(row).is_ok_and(|o| !gone(o.oid)));
        #[derive(Deserialize)]
        struct Part {
            relation: Oid,
        }
        let own = &mut self.parts;
        for rows in [
            &mut own.columns,
            &mut own.constraints,
            &mut own.not_nulls,
            &mut own.indexes,
            &mut own.triggers,
            &mut own.rules,
            &mut own.policies,
            &mut own.statistics,
        ] {
            rows.retain(|row| serde_json::from_str::<Part>(row).is_ok_and(|o| !gone(o.relation)));
        }
    }
}

#[derive(Deserialize)]
struct RelationRow {
    kind: char,
    unlogged: bool,
    access_method: Option<Ident>,
    tablespace: Option<Ident>,
    options: Vec<String>,
    toast_options: Vec<String>,
    replica_identity: char,
    row_security: bool,
    force_row_security: bool,
    parents: Option<Vec<QualifiedName>>,
    detach_pending: Option<bool>,
    bound: Option<String>,
    partition_key: Option<String>,
    of_type: Option<QualifiedName>,
    server: Option<Ident>,
    server_options: Vec<String>,
    definition: Option<String>,
}

#[derive(Deserialize)]
struct ColumnRow {
    number: i16,
    required: bool,
    identity_kind: Option<char>,
    column_acl: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct NotNullRow {
    oid: Oid,
    number: i16,
    name: Ident,
    no_inherit: bool,
    not_valid: bool,
    inherited: bool,
}

#[derive(Deserialize)]
struct PartRow {
    oid: Oid,
    name: Ident,
}

#[derive(Deserialize)]
struct ConstraintRow {
    contype: char,
    definition: String,
    valid: bool,
    inherited: bool,
    triggers: Option<String>,
    references: Option<QualifiedName>,
    columns: Option<Vec<i16>>,
    index: Oid,
}

#[derive(Deserialize)]
struct IndexRow {
    oid: Oid,
    schema: Ident,
    name: Ident,
    unique: bool,
    partitioned: bool,
    tail: String,
    options: Vec<String>,
    options_text: Option<String>,
    tablespace: Option<Ident>,
    valid: bool,
    clustered: bool,
    replica_identity: bool,
    parent: Option<QualifiedName>,
    statistics: Option<Vec<(i16, i32)>>,
}

#[derive(Deserialize)]
struct SequenceRow {
    unlogged: bool,
    options: SequenceOptions,
    identity: Option<bool>,
    owner_table: Option<Oid>,
    owner_column: Option<i16>,
}

#[derive(Deserialize)]
struct TriggerRow {
    definition: String,
    enabled: char,
    cloned: bool,
}

#[derive(Deserialize)]
struct RuleRow {
    definition: String,
    enabled: char,
}

#[derive(Deserialize)]
struct StatisticsRow {
    definition: String,
    target: Option<i32>,
}

#[derive(Deserialize)]
struct CommentRow {
    catalog: String,
    oid: Oid,
    sub: i32,
    provider: Option<String>,
    text: String,
}

#[derive(Deserialize)]
struct NeedRow {
    catalog: String,
    oid: Oid,
    sub: i32,
    needed_catalog: String,
    needed: Oid,
    needed_sub: i32,
}

#[derive(Deserialize)]
struct MemberRow {
    catalog: String,
    oid: Oid,
    extension: Ident,
}

#[derive(Deserialize)]
struct General {
    owner: Ident,
    roles: Vec<Ident>,
    search_paths: BTreeMap<Ident, String>,
}

/// Comments, and labels by provider.
type Texts = HashMap<(String, Oid, i32), Vec<(Option<String>, String)>>;

/// The work in progress.
struct Assembly {
    objects: Vec<Object>,
    /// What an OID of a catalog means.
    ids: HashMap<(String, Oid), Id>,
    /// Names of columns by relation and number.
    columns: HashMap<(Oid, i16), Ident>,
    relations: HashMap<Oid, (Kind, QualifiedName)>,
    texts: Texts,
}

pub(super) fn assemble(raw: Raw) -> Result<Objects> {
    let general: General = parse(&raw.general)?;
    let mut texts = Texts::new();
    for row in &raw.comments {
        let c: CommentRow = parse(row)?;
        texts.entry((c.catalog, c.oid, c.sub)).or_default().push((c.provider, c.text));
    }
    let mut work =
        Assembly { objects: Vec::new(), ids: HashMap::new(), columns: HashMap::new(), relations: HashMap::new(), texts };
    let mut not_modelled: Vec<NotModelled> = raw.not_modelled.iter().map(|row| parse(row)).collect::<Result<_>>()?;
    not_modelled.sort();
    work.relations(&raw.parts, &raw.sequences)?;
    work.parts(&raw.parts)?;
    for (reading, row) in &raw.kinds {
        let Parsed { oid, mut object, aliases, inner } = (reading.parse)(row)?;
        for i in inner {
            if let Some(text) = work.comment(i.catalog, i.oid, i.sub) {
                kinds::put_inner_comment(&mut object.body, i.slot, text);
            }
        }
        for (catalog, alias) in aliases {
            work.ids.insert((catalog.to_owned(), alias), object.id.clone());
        }
        work.push(reading.catalog, oid, object);
    }
    for row in &raw.members {
        let m: MemberRow = parse(row)?;
        work.ids.entry((m.catalog, m.oid)).or_insert_with(|| Id::global(Kind::Extension, &m.extension));
    }
    let needs = work.needs(&raw.needs)?;
    let mut all: BTreeMap<Id, Object> = work.objects.into_iter().map(|o| (o.id.clone(), o)).collect();
    for (id, need) in needs {
        if let Some(object) = all.get_mut(&id) {
            object.needs.push(need);
        }
    }
    for object in all.values_mut() {
        object.needs.sort();
        object.needs.dedup();
    }
    Ok(Objects {
        major: raw.major,
        owner: general.owner,
        roles: general.roles,
        search_paths: general.search_paths,
        all,
        not_modelled,
        unseen: raw.unseen,
    })
}

impl Assembly {
    fn comment(&self, catalog: &str, oid: Oid, sub: i32) -> Option<String> {
        let texts = self.texts.get(&(catalog.to_owned(), oid, sub))?;
        texts.iter().find(|(provider, _)| provider.is_none()).map(|(_, text)| text.clone())
    }

    fn labels(&self, catalog: &str, oid: Oid, sub: i32) -> BTreeMap<String, String> {
        let texts = self.texts.get(&(catalog.to_owned(), oid, sub)).into_iter().flatten();
        texts.filter_map(|(provider, text)| Some((provider.clone()?, text.clone()))).collect()
    }

    /// Gives an object what all kinds have alike.
    fn push(&mut self, catalog: &str, oid: Oid, mut object: Object) {
        object.comment = self.comment(catalog, oid, 0);
        object.labels = self.labels(catalog, oid, 0);
        self.ids.insert((catalog.to_owned(), oid), object.id.clone());
        self.objects.push(object);
    }

    fn relations(&mut self, parts: &Parts, sequences: &[String]) -> Result<()> {
        let mut columns: HashMap<Oid, Vec<(i16, Column)>> = HashMap::new();
        for row in &parts.columns {
            let (of, raw, mut column): (Of, ColumnRow, Column) = (parse(row)?, parse(row)?, parse(row)?);
            column.not_null = raw.required.then(NotNull::default);
            column.acl = raw.column_acl.map(|items| Acl::parse(&items)).filter(|acl| !acl.held().is_empty());
            column.options.sort();
            column.server_options = secrets::hide(std::mem::take(&mut column.server_options));
            column.comment = self.comment("pg_class", of.relation, i32::from(raw.number));
            column.labels = self.labels("pg_class", of.relation, i32::from(raw.number));
            if let Some(kind) = raw.identity_kind {
                // the sequence follows
                let sequence = QualifiedName::new("", "");
                column.identity = Some(Identity { always: kind == 'a', sequence, options: SequenceOptions::default() });
            }
            self.columns.insert((of.relation, raw.number), column.name.clone());
            columns.entry(of.relation).or_default().push((raw.number, column));
        }
        let mut heads = Vec::new();
        for row in &parts.relations {
            let (head, body): (Head, RelationRow) = (parse(row)?, parse(row)?);
            let kind = relation_kind(body.kind);
            let name = QualifiedName { schema: head.schema.clone().unwrap_or_default(), name: head.name.clone() };
            self.relations.insert(head.oid, (kind, name));
            heads.push((head, body));
        }
        for row in &parts.not_nulls {
            let (of, n): (Of, NotNullRow) = (parse(row)?, parse(row)?);
            let comment = self.comment("pg_constraint", n.oid, 0);
            let table = self.relations.get(&of.relation).map(|(_, name)| name.name.raw().to_owned()).unwrap_or_default();
            let column = columns.get_mut(&of.relation).and_then(|all| all.iter_mut().find(|(number, _)| *number == n.number));
            if let Some((_, column)) = column {
                let given = crate::ident::constraint_name(&table, column.name.raw(), "not_null");
                let name = (n.name.raw() != given).then(|| n.name.clone());
                column.not_null =
                    Some(NotNull { name, no_inherit: n.no_inherit, not_valid: n.not_valid, inherited: n.inherited, comment });
            }
        }
        for row in sequences {
            self.sequence(row, &mut columns)?;
        }
        let mut marks: HashMap<Oid, (Option<Ident>, Option<Ident>)> = HashMap::new();
        for row in parts.indexes.iter().filter(|r| r.contains("\"clustered\":true") || r.contains("\"replica_identity\":true")) {
            let (of, i): (Of, IndexRow) = (parse(row)?, parse(row)?);
            let mark = marks.entry(of.relation).or_default();
            if i.clustered {
                mark.0 = Some(i.name.clone());
            }
            if i.replica_identity {
                mark.1 = Some(i.name);
            }
        }
        for (head, row) in heads {
            let oid = head.oid;
            let mut own = columns.remove(&oid).unwrap_or_default();
            own.sort_by_key(|(number, _)| *number);
            let own = own.into_iter().map(|(_, c)| c).collect();
            let (cluster_on, replica_index) = marks.remove(&oid).unwrap_or_default();
            let kind = relation_kind(row.kind);
            let body = relation_body(row, own, cluster_on, replica_index);
            self.push("pg_class", oid, kinds::parsed(kind, head, body).object);
        }
        Ok(())
    }

    fn sequence(&mut self, row: &str, columns: &mut HashMap<Oid, Vec<(i16, Column)>>) -> Result<()> {
        let (head, s): (Head, SequenceRow) = (parse(row)?, parse(row)?);
        let identity = s.identity == Some(true);
        let mut owned_by = None;
        if let (Some(table), Some(number)) = (s.owner_table, s.owner_column) {
            let column = columns.get_mut(&table).and_then(|all| all.iter_mut().find(|(n, _)| *n == number));
            if let (Some((_, name)), Some((_, column))) = (self.relations.get(&table), column) {
                owned_by = Some(Id::on(Kind::Column, name, &column.name));
                if let Some(own) = column.identity.as_mut().filter(|_| identity) {
                    own.sequence = QualifiedName { schema: head.schema.clone().unwrap_or_default(), name: head.name.clone() };
                    own.options = s.options.clone();
                }
            }
        }
        let oid = head.oid;
        let body = Sequence { unlogged: s.unlogged, options: s.options, owned_by, identity };
        self.push("pg_class", oid, kinds::parsed(Kind::Sequence, head, body.into()).object);
        Ok(())
    }

    /// What hangs on relations.
    fn parts(&mut self, parts: &Parts) -> Result<()> {
        let mut behind: HashMap<Oid, IndexRow> = HashMap::new();
        let backing: HashMap<Oid, ()> = {
            let rows = parts.constraints.iter().map(|row| parse::<ConstraintRow>(row));
            let own = rows.filter(|r| r.as_ref().is_ok_and(|c| matches!(c.contype, 'p' | 'u' | 'x')));
            own.map(|r| r.map(|c| (c.index, ()))).collect::<Result<_>>()?
        };
        for row in &parts.indexes {
            let (of, mut i): (Of, IndexRow) = (parse(row)?, parse(row)?);
            if let Some(text) = i.options_text.as_deref() {
                i.tail = i.tail.replacen(text, "", 1);
            }
            i.options = i.options.iter().map(|o| one_word(o)).collect();
            i.options.sort();
            let Some((table_kind, table)) = self.relations.get(&of.relation).cloned() else { continue };
            if backing.contains_key(&i.oid) {
                behind.insert(i.oid, i);
                continue;
            }
            let id = Id::new(Kind::Index, &i.schema, &i.name);
            let index = Index {
                table,
                table_kind,
                unique: i.unique,
                partitioned: i.partitioned,
                tail: i.tail,
                options: i.options,
                tablespace: i.tablespace,
                valid: i.valid,
                parent: i.parent,
                statistics: i.statistics.unwrap_or_default(),
            };
            self.push("pg_class", i.oid, bare(id, index.into()));
        }
        for row in &parts.constraints {
            let (of, part, c): (Of, PartRow, ConstraintRow) = (parse(row)?, parse(row)?, parse(row)?);
            let Some((table_kind, table)) = self.relations.get(&of.relation).cloned() else { continue };
            let id = Id::on(Kind::Constraint, &table, &part.name);
            let index = behind.remove(&c.index);
            if let Some(index) = &index {
                self.ids.insert(("pg_class".to_owned(), index.oid), id.clone());
            }
            let columns = c.columns.unwrap_or_default();
            let constraint = Constraint {
                contype: c.contype,
                table_kind,
                definition: c.definition.strip_suffix(" NOT VALID").unwrap_or(&c.definition).to_owned(),
                valid: c.valid,
                inherited: c.inherited,
                triggers: c.triggers,
                references: c.references,
                columns: columns.iter().filter_map(|n| self.columns.get(&(of.relation, *n)).cloned()).collect(),
                options: index.as_ref().map(|i| i.options.clone()).unwrap_or_default(),
                tablespace: index.as_ref().and_then(|i| i.tablespace.clone()),
                index_invalid: index.as_ref().is_some_and(|i| !i.valid),
                parent: index.as_ref().and_then(|i| i.parent.clone()),
                index_comment: index.as_ref().and_then(|i| self.comment("pg_class", i.oid, 0)),
            };
            self.push("pg_constraint", part.oid, bare(id, constraint.into()));
        }
        // a foreign key needs the key it points at
        for row in parts.constraints.iter().filter(|r| r.contains("\"contype\":\"f\"")) {
            let (of, part, c): (Of, PartRow, ConstraintRow) = (parse(row)?, parse(row)?, parse(row)?);
            let Some((_, table)) = self.relations.get(&of.relation) else { continue };
            let id = Id::on(Kind::Constraint, table, &part.name);
            if let Some(key) = self.ids.get(&("pg_class".to_owned(), c.index)).cloned()
                && let Some(object) = self.objects.iter_mut().rev().find(|o| o.id == id)
            {
                object.needs.push(Need { id: key, column: None, own_column: None });
            }
        }
        self.on_relations(&parts.triggers, "pg_trigger", Kind::Trigger, |row, table_kind| {
            let t: TriggerRow = parse(row)?;
            Ok(Trigger { table_kind, definition: t.definition, enabled: t.enabled, cloned: t.cloned }.into())
        })?;
        self.on_relations(&parts.rules, "pg_rewrite", Kind::Rule, |row, table_kind| {
            let r: RuleRow = parse(row)?;
            Ok(Rule { table_kind, definition: r.definition, enabled: r.enabled }.into())
        })?;
        self.on_relations(&parts.policies, "pg_policy", Kind::Policy, |row, _| Ok(parse::<Policy>(row)?.into()))?;
        for row in &parts.statistics {
            let (of, head, s): (Of, Head, StatisticsRow) = (parse(row)?, parse(row)?, parse(row)?);
            let Some((table_kind, table)) = self.relations.get(&of.relation).cloned() else { continue };
            let body = Statistics { table, table_kind, definition: s.definition, target: s.target };
            let oid = head.oid;
            self.push("pg_statistic_ext", oid, kinds::parsed(Kind::Statistics, head, body.into()).object);
        }
        Ok(())
    }

    fn on_relations(&mut self, rows: &[String], catalog: &str, kind: Kind, body: fn(&str, Kind) -> Result<Body>) -> Result<()> {
        for row in rows {
            let (of, part): (Of, PartRow) = (parse(row)?, parse(row)?);
            let Some((table_kind, table)) = self.relations.get(&of.relation).cloned() else { continue };
            let object = bare(Id::on(kind, &table, &part.name), body(row, table_kind)?);
            self.push(catalog, part.oid, object);
        }
        Ok(())
    }

    fn needs(&self, rows: &[String]) -> Result<Vec<(Id, Need)>> {
        let mut all = Vec::new();
        for row in rows {
            let n: NeedRow = parse(row)?;
            let (own, other) = ((n.catalog, n.oid), (n.needed_catalog, n.needed));
            let (Some(id), Some(needed)) = (self.ids.get(&own), self.ids.get(&other)) else { continue };
            if id == needed {
                continue;
            }
            let column = |oid: Oid, sub: i32| i16::try_from(sub).ok().and_then(|n| self.columns.get(&(oid, n))).cloned();
            let need = Need { id: needed.clone(), column: column(other.1, n.needed_sub), own_column: column(own.1, n.sub) };
            all.push((id.clone(), need));
        }
        Ok(all)
    }
}

/// An object without owner and privileges.
fn bare(id: Id, body: Body) -> Object {
    Object { id, owner: None, acl: None, comment: None, labels: BTreeMap::new(), needs: Vec::new(), body }
}

fn relation_body(row: RelationRow, columns: Vec<Column>, cluster_on: Option<Ident>, replica_index: Option<Ident>) -> Body {
    let mut options = row.options;
    options.extend(row.toast_options.into_iter().map(|o| format!("toast.{o}")));
    let mut options: Vec<String> = options.iter().map(|o| one_word(o)).collect();
    options.sort();
    if let Some(definition) = row.definition {
        let (access_method, tablespace) = (row.access_method, row.tablespace);
        return View { definition, options, access_method, tablespace, cluster_on, columns }.into();
    }
    let mut parents = row.parents.unwrap_or_default();
    let partition_of = if row.bound.is_some() { parents.pop() } else { None };
    Table {
        unlogged: row.unlogged,
        access_method: row.access_method,
        tablespace: row.tablespace,
        options,
        replica_identity: row.replica_identity,
        replica_index,
        cluster_on,
        row_security: row.row_security,
        force_row_security: row.force_row_security,
        inherits: parents,
        partition_of,
        bound: row.bound,
        detach_pending: row.detach_pending == Some(true),
        partition_key: row.partition_key,
        of_type: row.of_type,
        server: row.server,
        server_options: secrets::hide(row.server_options),
        columns,
    }
    .into()
}

/// `security_barrier=on` and `=true` are one.
fn one_word(option: &str) -> String {
    match option.split_once('=') {
        // an enumeration, in which `on` is one word of three
        Some(("buffering", _)) => option.to_owned(),
        Some((name, "on" | "yes")) => format!("{name}=true"),
        Some((name, "off" | "no")) => format!("{name}=false"),
        _ => option.to_owned(),
    }
}
