//! As whom statements are planned: the policies of row-level security bind the role that sends one, and are part of its plan.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::ident::Ident;
use crate::query::Analyzed;
use crate::snapshot::Snapshot;
use crate::twin::Twin;
use crate::twin::planner::Planner;
use crate::twin::sessions;

/// Roles that send statements about tables with row-level security.
#[derive(Default)]
pub(super) struct Senders {
    /// Values for the settings that policies ask for, once any role is needed.
    settings: Option<BTreeMap<String, String>>,
}

impl Senders {
    /// The role that a statement is planned as, with a session of its own; `None` where no policy binds whoever sends it.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn role_of(
        &mut self,
        planner: &mut Planner,
        twin: &Twin,
        analyzed: &Analyzed<'_>,
        snapshot: &Snapshot,
    ) -> Result<Option<Ident>> {
        let catalog = &snapshot.catalog;
        let secured = |oid| catalog.relations.get(oid).is_some_and(|r| r.row_security);
        if !analyzed.analysis.accesses.iter().any(|a| secured(&a.relation)) {
            return Ok(None);
        }
        let Some(role) = sessions::sender(analyzed.statement, catalog, catalog).role() else { return Ok(None) };
        if self.settings.is_none() {
            self.settings = Some(sessions::prepare(twin, snapshot).await?);
        }
        let mut settings = self.settings.as_ref().cloned().unwrap_or_default();
        if let Some(path) = snapshot.objects.as_ref().and_then(|o| o.search_paths.get(&role)) {
            settings.insert("search_path".to_owned(), path.clone());
        }
        // one that this server does not let in is planned as without policies
        Ok(planner.add_role(twin, &role, &settings).await.ok().map(|()| role))
    }
}
