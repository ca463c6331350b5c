//! From rows to objects: OIDs become names, and what the catalogs keep apart (comments, dependencies, identity) comes together.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::kinds::{self, Parsed};
use super::read::relation_kind;
use super::rows::{
    ColumnRow, CommentRow, ConstraintRow, General, IndexMore, IndexRow, MemberRow, NeedRow, NotNullRow, Parts, RelationRow,
    SequenceRow,
};
use super::settled::settled;
use super::{
    Acl, Body, Column, Constraint, Id, Identity, Index, Kind, Need, NotModelled, NotNull, Object, Objects, Policy, Query, Rule,
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
    pub sequences: Vec<SequenceRow>,
    /// With the catalog that an object stands in.
    pub kinds: Vec<(&'static str, Parsed)>,
    pub comments: Vec<CommentRow>,
    pub needs: Vec<NeedRow>,
    pub members: Vec<MemberRow>,
    pub general: General,
    pub not_modelled: Vec<NotModelled>,
    pub unseen: Vec<Unseen>,
}

/// A row of a system catalog: the catalog's number, and the row's.
type Place = (Oid, Oid);

/// Comments, and labels by provider.
type Texts = HashMap<(Place, i32), Vec<(Option<String>, String)>>;

/// The work in progress.
struct Assembly {
    objects: Vec<Object>,
    /// What an OID of a catalog means.
    ids: HashMap<Place, Id>,
    /// Names of columns by relation and number.
    columns: HashMap<(Oid, i16), Ident>,
    relations: HashMap<Oid, (Kind, QualifiedName)>,
    texts: Texts,
    /// Numbers of the catalogs.
    catalogs: HashMap<String, Oid>,
}

pub(super) fn assemble(raw: Raw) -> Result<Objects> {
    let General { owner, roles, search_paths, catalogs, .. } = raw.general;
    let mut texts = Texts::new();
    for c in raw.comments {
        texts.entry(((c.catalog, c.oid), c.sub)).or_default().push((c.provider, c.text));
    }
    let mut work = Assembly {
        objects: Vec::new(),
        ids: HashMap::new(),
        columns: HashMap::new(),
        relations: HashMap::new(),
        texts,
        catalogs,
    };
    let mut not_modelled = raw.not_modelled;
    not_modelled.sort();
    work.parts(raw.parts, raw.sequences);
    for (catalog, Parsed { oid, mut object, aliases, inner }) in raw.kinds {
        for i in inner {
            if let Some(text) = work.comment(i.catalog, i.oid, i.sub) {
                kinds::put_inner_comment(&mut object.body, i.slot, text);
            }
        }
        for (catalog, alias) in aliases {
            work.ids.insert(work.place(catalog, alias), object.id.clone());
        }
        work.push(catalog, oid, object);
    }
    for m in raw.members {
        work.ids.entry((m.catalog, m.oid)).or_insert_with(|| Id::global(Kind::Extension, &m.extension));
    }
    let needs = work.needs(&raw.needs);
    let mut all: BTreeMap<Id, Object> = work.objects.into_iter().map(|o| (o.id.clone(), o)).collect();
    for (id, need) in needs {
        if let Some(object) = all.get_mut(&id) {
            object.needs.push(need);
        }
    }
    for object in all.values_mut().filter(|o| o.needs.len() > 1) {
        object.needs.sort();
        object.needs.dedup();
    }
    Ok(Objects { major: raw.major, owner, roles, search_paths, all, not_modelled, unseen: raw.unseen })
}

impl Assembly {
    fn place(&self, catalog: &str, oid: Oid) -> Place {
        (self.catalogs.get(catalog).copied().unwrap_or_default(), oid)
    }

    fn comment(&self, catalog: &str, oid: Oid, sub: i32) -> Option<String> {
        let texts = self.texts.get(&(self.place(catalog, oid), sub))?;
        texts.iter().find(|(provider, _)| provider.is_none()).map(|(_, text)| text.clone())
    }

    fn labels(&self, catalog: &str, oid: Oid, sub: i32) -> BTreeMap<String, String> {
        let texts = self.texts.get(&(self.place(catalog, oid), sub)).into_iter().flatten();
        texts.filter_map(|(provider, text)| Some((provider.clone()?, text.clone()))).collect()
    }

    /// Gives an object what all kinds have alike.
    fn push(&mut self, catalog: &str, oid: Oid, mut object: Object) {
        let place = self.place(catalog, oid);
        // comments on types of relations are the relation's; labels of columns are told by the column's name
        for (provider, text) in self.texts.get(&(place, 0)).into_iter().flatten() {
            match provider {
                Some(provider) => {
                    object.labels.insert(provider.clone(), text.clone());
                }
                None => object.comment = Some(text.clone()),
            }
        }
        self.ids.insert(place, object.id.clone());
        self.objects.push(object);
    }

    fn parts(&mut self, parts: Parts, sequences: Vec<SequenceRow>) {
        let columns = self.columns(parts.columns);
        for row in &parts.relations {
            let name = QualifiedName { schema: row.schema.clone(), name: row.name.clone() };
            self.relations.insert(row.relation, (relation_kind(row.kind), name));
        }
        self.with_columns(parts.relations, columns, parts.not_nulls, sequences, &parts.indexes);
        let behind = self.indexes(parts.indexes, &parts.constraints);
        self.constraints(parts.constraints, behind);
        for t in parts.triggers {
            self.on_relation("pg_trigger", Kind::Trigger, (t.oid, t.relation, &t.name), |table_kind| {
                Trigger { table_kind, definition: settled(t.definition), enabled: t.enabled, cloned: t.cloned }.into()
            });
        }
        for r in parts.rules {
            self.on_relation("pg_rewrite", Kind::Rule, (r.oid, r.relation, &r.name), |table_kind| {
                Rule { table_kind, definition: settled(r.definition), enabled: r.enabled }.into()
            });
        }
        for p in parts.policies {
            self.on_relation("pg_policy", Kind::Policy, (p.oid, p.relation, &p.name), |_| {
                let Policy { using, check, .. } = p.policy;
                Policy { using: using.map(settled), check: check.map(settled), ..p.policy }.into()
            });
        }
        for s in parts.statistics {
            let Some((table_kind, table)) = self.relations.get(&s.relation).cloned() else { continue };
            let body = Statistics { table, table_kind, definition: settled(s.definition), target: s.target };
            let id = Id::new(Kind::Statistics, &s.schema, &s.name);
            self.push("pg_statistic_ext", s.oid, Object { owner: Some(s.owner), ..bare(id, body.into()) });
        }
    }

    fn columns(&mut self, rows: Vec<ColumnRow>) -> HashMap<Oid, Vec<(i16, Column)>> {
        let mut columns: HashMap<Oid, Vec<(i16, Column)>> = HashMap::new();
        for row in rows {
            let mut column = Column {
                comment: self.comment("pg_class", row.relation, i32::from(row.number)),
                labels: self.labels("pg_class", row.relation, i32::from(row.number)),
                not_null: row.required.then(NotNull::default),
                // the sequence follows
                identity: row.identity_kind.map(|kind| Identity {
                    always: kind == 'a',
                    sequence: QualifiedName::new("", ""),
                    options: SequenceOptions::default(),
                }),
                name: row.name,
                type_name: row.type_name,
                default: row.default.map(settled),
                local: true,
                ..Column::default()
            };
            if let Some(more) = row.more {
                column.collation = more.collation;
                column.generated = more.generated;
                column.storage = more.storage;
                column.compression = more.compression;
                column.statistics = more.statistics;
                column.options = more.options;
                column.options.sort();
                column.server_options = secrets::hide(more.server_options);
                column.local = more.local;
                column.inherited = more.inherited;
                column.acl = more.acl.map(|items| Acl::parse(&items)).filter(|acl| !acl.held().is_empty());
            }
            self.columns.insert((row.relation, row.number), column.name.clone());
            columns.entry(row.relation).or_default().push((row.number, column));
        }
        columns
    }

    /// Relations, and what completes their columns.
    fn with_columns(
        &mut self,
        relations: Vec<RelationRow>,
        mut columns: HashMap<Oid, Vec<(i16, Column)>>,
        not_nulls: Vec<NotNullRow>,
        sequences: Vec<SequenceRow>,
        indexes: &[IndexRow],
    ) {
        for n in not_nulls {
            let comment = self.comment("pg_constraint", n.oid, 0);
            let table = self.relations.get(&n.relation).map(|(_, name)| name.name.raw()).unwrap_or_default();
            let column = columns.get_mut(&n.relation).and_then(|all| all.iter_mut().find(|(number, _)| *number == n.number));
            if let Some((_, column)) = column {
                let given = crate::ident::constraint_name(table, column.name.raw(), "not_null");
                let name = (n.name.raw() != given).then_some(n.name);
                column.not_null =
                    Some(NotNull { name, no_inherit: n.no_inherit, not_valid: n.not_valid, inherited: n.inherited, comment });
            }
        }
        for row in sequences {
            self.sequence(row, &mut columns);
        }
        let mut marks: HashMap<Oid, (Option<Ident>, Option<Ident>)> = HashMap::new();
        for (i, more) in indexes.iter().filter_map(|i| Some((i, i.more.as_ref()?))) {
            if more.clustered {
                marks.entry(i.relation).or_default().0 = Some(i.name.clone());
            }
            if more.replica_identity {
                marks.entry(i.relation).or_default().1 = Some(i.name.clone());
            }
        }
        for mut row in relations {
            let oid = row.relation;
            let mut own = columns.remove(&oid).unwrap_or_default();
            own.sort_by_key(|(number, _)| *number);
            let own = own.into_iter().map(|(_, c)| c).collect();
            let id = Id::new(relation_kind(row.kind), &row.schema, &row.name);
            let acl = row.acl.take().map(|items| Acl::parse(&items));
            let owner = Some(std::mem::take(&mut row.owner));
            let body = relation_body(row, own, marks.remove(&oid).unwrap_or_default());
            self.push("pg_class", oid, Object { owner, acl, ..bare(id, body) });
        }
    }

    fn sequence(&mut self, s: SequenceRow, columns: &mut HashMap<Oid, Vec<(i16, Column)>>) {
        let identity = s.identity == Some(true);
        let mut owned_by = None;
        if let (Some(table), Some(number)) = (s.owner_table, s.owner_column) {
            let column = columns.get_mut(&table).and_then(|all| all.iter_mut().find(|(n, _)| *n == number));
            if let (Some((_, name)), Some((_, column))) = (self.relations.get(&table), column) {
                owned_by = Some(Id::on(Kind::Column, name, &column.name));
                if let Some(own) = column.identity.as_mut().filter(|_| identity) {
                    own.sequence = QualifiedName { schema: s.schema.clone(), name: s.name.clone() };
                    own.options = s.options.clone();
                }
            }
        }
        let body = Sequence { unlogged: s.unlogged, options: s.options, owned_by, identity };
        let acl = s.acl.map(|items| Acl::parse(&items));
        let id = Id::new(Kind::Sequence, &s.schema, &s.name);
        self.push("pg_class", s.oid, Object { owner: Some(s.owner), acl, ..bare(id, body.into()) });
    }

    /// Indexes; returns those behind constraints.
    fn indexes(&mut self, rows: Vec<IndexRow>, constraints: &[ConstraintRow]) -> HashMap<Oid, IndexMore> {
        let keys = constraints.iter().filter(|c| matches!(c.contype, 'p' | 'u' | 'x'));
        let backing: HashSet<Oid> = keys.map(|c| c.index).collect();
        let mut behind = HashMap::new();
        for i in rows {
            let mut more = i.more.unwrap_or_default();
            more.options = more.options.iter().map(|o| one_word(o)).collect();
            more.options.sort();
            if backing.contains(&i.oid) {
                behind.insert(i.oid, more);
                continue;
            }
            let Some((table_kind, table)) = self.relations.get(&i.relation).cloned() else { continue };
            let mut tail = settled(i.tail.unwrap_or_default());
            if let Some(text) = &more.options_text {
                tail = tail.replacen(text, "", 1);
            }
            let id = Id::new(Kind::Index, &table.schema, &i.name);
            let index = Index {
                table,
                table_kind,
                unique: i.unique,
                partitioned: more.partitioned,
                tail,
                options: more.options,
                tablespace: more.tablespace,
                valid: more.valid,
                parent: more.parent,
                statistics: more.statistics.unwrap_or_default(),
            };
            self.push("pg_class", i.oid, bare(id, index.into()));
        }
        behind
    }

    fn constraints(&mut self, rows: Vec<ConstraintRow>, mut behind: HashMap<Oid, IndexMore>) {
        let mut foreign: Vec<(usize, Oid)> = Vec::new();
        for c in rows {
            let Some((table_kind, table)) = self.relations.get(&c.relation).cloned() else { continue };
            let id = Id::on(Kind::Constraint, &table, &c.name);
            if c.contype == 'f' {
                foreign.push((self.objects.len(), c.index));
            }
            // of a foreign key it is the index of the key it points at
            let index = if c.contype == 'f' { None } else { behind.remove(&c.index) };
            if index.is_some() {
                self.ids.insert(self.place("pg_class", c.index), id.clone());
            }
            let index_comment = index.as_ref().and_then(|_| self.comment("pg_class", c.index, 0));
            let index = index.unwrap_or_default();
            let columns = c.columns.unwrap_or_default();
            let mut definition = settled(c.definition);
            if let Some(text) = definition.strip_suffix(" NOT VALID") {
                definition.truncate(text.len());
            }
            let constraint = Constraint {
                contype: c.contype,
                table_kind,
                definition,
                valid: c.valid,
                inherited: c.inherited,
                triggers: c.triggers,
                references: c.references,
                columns: columns.iter().filter_map(|n| self.columns.get(&(c.relation, *n)).cloned()).collect(),
                options: index.options,
                tablespace: index.tablespace,
                index_invalid: !index.valid,
                parent: index.parent,
                index_comment,
            };
            self.push("pg_constraint", c.oid, bare(id, constraint.into()));
        }
        // a foreign key needs the key it points at
        for (number, index) in foreign {
            if let Some(key) = self.ids.get(&self.place("pg_class", index)).cloned() {
                self.objects[number].needs.push(Need { id: key, column: None, own_column: None });
            }
        }
    }

    fn on_relation(&mut self, catalog: &str, kind: Kind, (oid, of, name): (Oid, Oid, &Ident), body: impl FnOnce(Kind) -> Body) {
        let Some((table_kind, table)) = self.relations.get(&of) else { return };
        let object = bare(Id::on(kind, table, name), body(*table_kind));
        self.push(catalog, oid, object);
    }

    fn needs(&self, rows: &[NeedRow]) -> Vec<(Id, Need)> {
        let mut all = Vec::new();
        for n in rows {
            let (own, other) = ((n.catalog, n.oid), (n.needed_catalog, n.needed));
            let (Some(id), Some(needed)) = (self.ids.get(&own), self.ids.get(&other)) else { continue };
            if id == needed {
                continue;
            }
            let column = |oid: Oid, sub: i32| i16::try_from(sub).ok().and_then(|n| self.columns.get(&(oid, n))).cloned();
            let need = Need { id: needed.clone(), column: column(other.1, n.needed_sub), own_column: column(own.1, n.sub) };
            all.push((id.clone(), need));
        }
        all
    }
}

/// An object without owner and privileges.
fn bare(id: Id, body: Body) -> Object {
    Object { id, owner: None, acl: None, comment: None, labels: BTreeMap::new(), needs: Vec::new(), body }
}

/// `marks`: the index of CLUSTER ON, that of the replica identity.
fn relation_body(row: RelationRow, columns: Vec<Column>, marks: (Option<Ident>, Option<Ident>)) -> Body {
    let (cluster_on, replica_index) = marks;
    let mut options = row.options;
    options.extend(row.toast_options.into_iter().map(|o| format!("toast.{o}")));
    let mut options: Vec<String> = options.iter().map(|o| one_word(o)).collect();
    options.sort();
    if let Some(definition) = row.definition {
        let (access_method, tablespace) = (row.access_method, row.tablespace);
        let definition = Query(settled(definition));
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
        partition_key: row.partition_key.map(settled),
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
