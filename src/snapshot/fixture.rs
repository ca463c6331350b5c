//! Catalogs for tests, written as DDL: `catalog("create table \"Lead\" (id text primary key, ...); create index ...; create view ...")`.
//!
//! Understands what unit tests need (columns, keys, references, indexes, partitions, views) and panics on the rest.

use pg_query::NodeEnum;
use pg_query::protobuf::{ConstrType, CreateStmt, IndexStmt, Node, ObjectType, RangeVar, SortByDir, SortByNulls};

use super::*;
use crate::ident::{Ident, QualifiedName};

/// The catalog that this DDL makes; names without a schema are in `public`.
pub(crate) fn catalog(ddl: &str) -> Catalog {
    let mut catalog = Catalog { schemas: vec!["public".to_owned()], ..Catalog::default() };
    let parsed = pg_query::parse(ddl, 0).unwrap().protobuf;
    for node in parsed.stmts.into_iter().filter_map(|s| s.stmt?.node) {
        match node {
            NodeEnum::CreateStmt(s) => table(&mut catalog, &s),
            NodeEnum::IndexStmt(s) => index(&mut catalog, &s),
            NodeEnum::ViewStmt(s) => {
                let oid = relation(&mut catalog, s.view.as_ref().unwrap(), RelationKind::View);
                let names = strings(&s.aliases);
                catalog.relations.get_mut(&oid).unwrap().columns =
                    names.iter().enumerate().map(|(i, n)| column(i, n, "text".to_owned())).collect();
                let definition = s.query.unwrap().node.unwrap().deparse(Default::default()).unwrap();
                catalog.views.insert(oid, View { oid, definition, reads: Vec::new(), writable: Vec::new() });
            }
            NodeEnum::CreateTableAsStmt(s) if s.objtype() == ObjectType::ObjectMatview => {
                let into = s.into.as_ref().unwrap();
                let oid = relation(&mut catalog, into.rel.as_ref().unwrap(), RelationKind::MaterializedView);
                catalog.relations.get_mut(&oid).unwrap().columns =
                    strings(&into.col_names).iter().enumerate().map(|(i, n)| column(i, n, "text".to_owned())).collect();
            }
            other => panic!("the fixture does not know {other:?}"),
        }
    }
    catalog
}

fn relation(catalog: &mut Catalog, var: &RangeVar, kind: RelationKind) -> Oid {
    let oid = 16_384 + catalog.relations.len() as Oid;
    let schema = if var.schemaname.is_empty() { "public" } else { &var.schemaname };
    if !catalog.schemas.iter().any(|s| s == schema) {
        catalog.schemas.push(schema.to_owned());
    }
    let relation = Relation {
        oid,
        name: QualifiedName::new(schema, var.relname.as_str()),
        kind,
        owner: Ident::new("owner"),
        persistence: 'p',
        partition_of: None,
        partition_key: None,
        inherits: Vec::new(),
        extension: None,
        row_security: false,
        force_row_security: false,
        rows: None,
        pages: 0,
        table_bytes: None,
        index_bytes: None,
        options: Vec::new(),
        columns: Vec::new(),
        indexes: Vec::new(),
        constraints: Vec::new(),
        policies: Vec::new(),
        grants: Vec::new(),
        activity: None,
        statistics: Vec::new(),
    };
    catalog.relations.insert(oid, relation);
    oid
}

fn column(position: usize, name: &str, type_name: String) -> Column {
    Column {
        number: position as i16 + 1,
        name: Ident::new(name),
        type_oid: 0,
        type_name,
        not_null: false,
        default: None,
        identity: None,
        generated: None,
    }
}

fn find(catalog: &Catalog, var: &RangeVar) -> Oid {
    let schema = if var.schemaname.is_empty() { "public" } else { &var.schemaname };
    catalog.find(Some(schema), &var.relname, &[]).unwrap_or_else(|| panic!("no relation {}", var.relname)).oid
}

fn table(catalog: &mut Catalog, s: &CreateStmt) {
    let kind = if s.partspec.is_some() { RelationKind::PartitionedTable } else { RelationKind::Table };
    let oid = relation(catalog, s.relation.as_ref().unwrap(), kind);
    let parent = s.inh_relations.first().map(|n| match n.node.as_ref() {
        Some(NodeEnum::RangeVar(var)) => find(catalog, var),
        other => panic!("not a parent: {other:?}"),
    });
    let mut columns = parent.map(|p| catalog.relations[&p].columns.clone()).unwrap_or_default();
    let mut keys: Vec<(ConstrType, Vec<Ident>)> = Vec::new();
    let mut references: Vec<(Vec<Ident>, Reference)> = Vec::new();
    for element in s.table_elts.iter().filter_map(|n| n.node.as_ref()) {
        let (own, constraints) = match element {
            NodeEnum::ColumnDef(def) => {
                columns.push(column(columns.len(), &def.colname, crate::query::format_type(def.type_name.as_ref().unwrap())));
                (Some(Ident::new(def.colname.as_str())), def.constraints.iter().filter_map(|n| n.node.as_ref()).collect())
            }
            constraint => (None, vec![constraint]),
        };
        for constraint in constraints {
            let NodeEnum::Constraint(c) = constraint else { panic!("the fixture does not know {constraint:?}") };
            let named = |nodes: &[Node]| own.clone().map_or_else(|| idents(nodes), |column| vec![column]);
            match c.contype() {
                ConstrType::ConstrPrimary | ConstrType::ConstrUnique => keys.push((c.contype(), named(&c.keys))),
                ConstrType::ConstrNotnull => columns.last_mut().unwrap().not_null = true,
                ConstrType::ConstrForeign => {
                    let table = find(catalog, c.pktable.as_ref().unwrap());
                    let mut far = idents(&c.pk_attrs);
                    if far.is_empty() {
                        // a table's own key is not in the catalog yet
                        let own = keys.iter().find(|(kind, _)| table == oid && *kind == ConstrType::ConstrPrimary);
                        let other = || catalog.relations[&table].primary_key().unwrap().plain_prefix().cloned().collect();
                        far = own.map_or_else(other, |(_, columns)| columns.clone());
                    }
                    let reference = Reference { table, columns: far, on_delete: 'a', on_update: 'a' };
                    references.push((named(&c.fk_attrs), reference));
                }
                _ => {}
            }
        }
    }
    for column in &mut columns {
        column.not_null |= keys.iter().any(|(kind, k)| *kind == ConstrType::ConstrPrimary && k.contains(&column.name));
    }
    let relation = catalog.relations.get_mut(&oid).unwrap();
    relation.columns = columns;
    relation.partition_of = parent;
    let table = relation.name.name.raw().to_owned();
    let constraint = |name: String, kind, columns, references| Constraint {
        name: Ident::new(name),
        kind,
        columns,
        validated: true,
        deferrable: false,
        inherited: false,
        references,
        expression: None,
    };
    for (kind, columns) in keys {
        let primary = kind == ConstrType::ConstrPrimary;
        let names = columns.iter().map(Ident::raw).collect::<Vec<_>>().join("_");
        let name = if primary { format!("{table}_pkey") } else { format!("{table}_{names}_key") };
        let kind = if primary { ConstraintKind::PrimaryKey } else { ConstraintKind::Unique };
        relation.constraints.push(constraint(name.clone(), kind, columns.clone(), None));
        let mut backing = plain_index(&name, oid, columns.into_iter().map(plain_key).collect());
        (backing.unique, backing.primary, backing.constraint) = (true, primary, Some(Ident::new(name)));
        relation.indexes.push(backing);
    }
    for (columns, reference) in references {
        let name = format!("{table}_{}_fkey", columns.iter().map(Ident::raw).collect::<Vec<_>>().join("_"));
        relation.constraints.push(constraint(name, ConstraintKind::ForeignKey, columns, Some(reference)));
    }
}

fn index(catalog: &mut Catalog, s: &IndexStmt) {
    let oid = find(catalog, s.relation.as_ref().unwrap());
    let print = |node: &Option<Box<Node>>| {
        let node = node.as_ref()?.node.clone()?;
        Some(crate::query::expression_text(node).unwrap())
    };
    let keys = s.index_params.iter().map(|n| match n.node.as_ref() {
        Some(NodeEnum::IndexElem(e)) => {
            let descending = e.ordering() == SortByDir::SortbyDesc;
            let nulls_first = match e.nulls_ordering() {
                SortByNulls::SortbyNullsFirst => true,
                SortByNulls::SortbyNullsLast => false,
                _ => descending,
            };
            let column = Some(e.name.as_str()).filter(|n| !n.is_empty()).map(Ident::new);
            let opclass = strings(&e.opclass).join(".");
            IndexKey {
                column,
                expression: print(&e.expr),
                default_opclass: opclass.is_empty(),
                opclass,
                collation: Some(strings(&e.collation).join(".")).filter(|c| !c.is_empty()),
                descending,
                nulls_first,
            }
        }
        other => panic!("not an index key: {other:?}"),
    });
    let mut made = plain_index(&s.idxname, oid, keys.collect());
    made.unique = s.unique;
    made.method = s.access_method.clone();
    made.predicate = print(&s.where_clause);
    made.include = s
        .index_including_params
        .iter()
        .filter_map(|n| match n.node.as_ref() {
            Some(NodeEnum::IndexElem(e)) => Some(Ident::new(e.name.as_str())),
            _ => None,
        })
        .collect();
    made.definition = NodeEnum::IndexStmt(Box::new(s.clone())).deparse(Default::default()).unwrap();
    let indexes = &mut catalog.relations.get_mut(&oid).unwrap().indexes;
    made.oid += indexes.len() as Oid;
    indexes.push(made);
}

fn plain_key(column: Ident) -> IndexKey {
    IndexKey {
        column: Some(column),
        expression: None,
        opclass: String::new(),
        default_opclass: true,
        collation: None,
        descending: false,
        nulls_first: false,
    }
}

fn plain_index(name: &str, table: Oid, keys: Vec<IndexKey>) -> Index {
    Index {
        oid: table * 100,
        name: Ident::new(name),
        method: "btree".to_owned(),
        unique: false,
        primary: false,
        exclusion: false,
        valid: true,
        ready: true,
        nulls_not_distinct: false,
        referenced_by_table: false,
        constraint: None,
        parent: None,
        keys,
        include: Vec::new(),
        predicate: None,
        definition: String::new(),
        pages: 1,
        activity: None,
    }
}

fn strings(nodes: &[Node]) -> Vec<String> {
    nodes
        .iter()
        .filter_map(|n| match n.node.as_ref() {
            Some(NodeEnum::String(s)) => Some(s.sval.clone()),
            _ => None,
        })
        .collect()
}

fn idents(nodes: &[Node]) -> Vec<Ident> {
    strings(nodes).into_iter().map(Ident::new).collect()
}
