//! Foreign servers.

use super::parts::Options;
use crate::diff::draft::Draft;
use crate::ident::literal;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Server;

pub(super) fn create(object: &Object, server: &Server) -> Vec<Draft> {
    let mut sql = format!("CREATE SERVER {}", object.id.name);
    for (word, text) in [("TYPE", &server.server_type), ("VERSION", &server.version)] {
        if let Some(text) = text {
            sql.push_str(&format!(" {word} {}", literal(text)));
        }
    }
    let options = Options::all(&server.options);
    sql.push_str(&format!(" FOREIGN DATA WRAPPER {}{}", server.foreign_data_wrapper, options.clause()));
    vec![Draft::new(options.noted(sql))]
}

pub(super) fn alter(object: &Object, old: &Server, new: &Server) -> Option<Vec<Draft>> {
    if old.server_type != new.server_type || old.foreign_data_wrapper != new.foreign_data_wrapper {
        return None;
    }
    let options = Options::between(&old.options, &new.options);
    let mut changes = String::new();
    if old.version != new.version {
        changes.push_str(&format!(" VERSION {}", new.version.as_ref().map_or("NULL".to_owned(), |v| literal(v))));
    }
    changes.push_str(&options.clause());
    Some(options.drafts(&format!("ALTER SERVER {}", object.id.name), &changes))
}
