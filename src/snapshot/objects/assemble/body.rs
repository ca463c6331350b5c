//! What a relation's own row says.

use crate::ident::Ident;
use crate::snapshot::objects::rows::RelationRow;
use crate::snapshot::objects::settled::settled;
use crate::snapshot::objects::{Body, Column, Query, Table, View, secrets};

/// `marks`: the index of CLUSTER ON, that of the replica identity.
pub(super) fn relation_body(row: RelationRow, columns: Vec<Column>, marks: (Option<Ident>, Option<Ident>)) -> Body {
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
pub(super) fn one_word(option: &str) -> String {
    match option.split_once('=') {
        // an enumeration, in which `on` is one word of three
        Some(("buffering", _)) => option.to_owned(),
        Some((name, "on" | "yes")) => format!("{name}=true"),
        Some((name, "off" | "no")) => format!("{name}=false"),
        _ => option.to_owned(),
    }
}
