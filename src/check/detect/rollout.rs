//! What the checks of row-level security share: how far it is to go, and the change that takes a table there.

mod views;

use crate::check::Input;
use crate::config::{Flavour, Stage};
use crate::ident::{Ident, ident_list};
use crate::plan::change::rls::{Hop, Mode, PrepareTenants, RowTenant, TableGrant, Tenant, TenantPolicies, names};
use crate::snapshot::{Grant, Relation, Role};
use crate::tenancy::Place;

use super::{access, tenants};

pub(super) use views::{Left, top};

/// The roles that policies are to bind; the first is the application's.
pub(super) fn roles(input: &Input) -> Vec<Ident> {
    let settings = &input.config.tenancy;
    let named = settings.app_role.iter().map(|r| Ident::new(r.as_str())).collect();
    match settings.flavour {
        Flavour::Supabase if settings.app_role.is_empty() => vec![Ident::new("authenticated")],
        _ => named,
    }
}

/// Roles that see the rows of all tenants, those that are there.
fn all_tenants(input: &Input) -> Vec<Ident> {
    let named = input.config.tenancy.all_tenants_roles.iter().map(|r| Ident::new(r.as_str()));
    named.filter(|r| access::role(input, r).is_some()).collect()
}

/// Roles that log in, may use tables of tenants today and would see nothing under the policies, for nobody has said what they are.
fn unplaced(input: &Input) -> Vec<Ident> {
    let catalog = &input.snapshot.catalog;
    let placed: Vec<Ident> = roles(input).into_iter().chain(all_tenants(input)).collect();
    let tables = input.tenancy.tenant_tables(catalog);
    let uses = |role: &&Role| {
        let all = access::memberships(input, &role.name);
        let granted = |t: &&&Relation| {
            let to = |g: &&Grant| g.grantee.as_ref().is_some_and(|g| all.contains(g));
            !all.contains(&t.owner)
                && t.grants.iter().filter(to).any(|g| g.privileges.iter().any(|p| access::ROWS.contains(&&**p)))
        };
        !placed.iter().any(|p| all.contains(p)) && tables.iter().any(|t| granted(&t))
    };
    let bound = catalog.roles.iter().filter(|r| r.login && !r.superuser && !r.bypass_rls);
    bound.filter(uses).map(|r| r.name.clone()).collect()
}

/// How a statement says its tenant.
pub(super) fn tenant(input: &Input) -> Option<Tenant> {
    let settings = &input.config.tenancy;
    Some(match (settings.flavour, &settings.setting) {
        (Flavour::Plain, Some(name)) => Tenant::Setting { name: name.clone() },
        (Flavour::Plain, None) => return None,
        (Flavour::Supabase, None) => Tenant::UserId,
        (Flavour::Supabase, Some(path)) => Tenant::Claim { path: path.split('.').map(str::to_owned).collect() },
    })
}

/// What a person must say first; `None` when nothing is left to decide.
pub(super) fn to_decide(input: &Input) -> Option<String> {
    let mut missing = Vec::new();
    if !tenants::is_decided(input) {
        missing.push("root (the table of tenants)");
    }
    if tenant(input).is_none() {
        missing.push("setting (how a statement says its tenant)");
    }
    if roles(input).is_empty() {
        missing.push("app_role (the role of the application)");
    }
    (!missing.is_empty()).then(|| format!("[tenancy] must say first: {}", missing.join(", ")))
}

/// What a person must say before policies refuse anything; `None` when nothing is left to decide.
pub(super) fn to_enforce(input: &Input) -> Option<String> {
    let unplaced = unplaced(input);
    let first = || {
        (!unplaced.is_empty()).then(|| {
            format!(
                "[tenancy] must say first: is {} of the application (app_role), or for all tenants (all_tenants_roles)? The policies \
                 would show it nothing",
                ident_list(&unplaced)
            )
        })
    };
    to_decide(input).or_else(first)
}

/// Views that the rollout leaves to a person.
pub(super) fn views_left(input: &Input) -> Vec<Left> {
    let Some(prepare) = prepare(input) else { return Vec::new() };
    views::sort(input, &prepare.app, &prepare.grants).left
}

/// Roles and grants, where there is nothing to decide.
pub(super) fn prepare(input: &Input) -> Option<PrepareTenants> {
    if to_decide(input).is_some() {
        return None;
    }
    let catalog = &input.snapshot.catalog;
    let settings = &input.config.tenancy;
    let named = |role: &Option<String>| role.as_ref().map(|r| Ident::new(r.as_str()));
    let mut apps = roles(input).into_iter();
    let app = apps.next()?;
    let enforced = |t: &Relation| t.policies.iter().any(|p| p.name.raw() == names::FLOOR);
    let is_enforcing = settings.stage >= Stage::Enforce && catalog.relations.values().any(enforced);
    let grant = |table: &Relation| {
        // a table that came later is given to the application when its policies are there, not before
        let of_tenants = input.tenancy.place(table.oid) != Some(&Place::Shared);
        let is_given = table.grants.iter().any(|g| g.grantee.as_ref() == Some(&app));
        if is_enforcing && of_tenants && !table.row_security && !is_given {
            return None;
        }
        let privileges: &[&str] = match input.tenancy.place(table.oid)? {
            Place::Keyed(_) | Place::Reached(_) => &["SELECT", "INSERT", "UPDATE", "DELETE"],
            Place::Root | Place::Shared => &["SELECT"],
            Place::Internal | Place::Unknown => return None,
        };
        let privileges =
            privileges.iter().filter(|p| may_hold(input, &app, table, p)).map(|p| (*p).to_owned()).collect::<Vec<_>>();
        (!privileges.is_empty()).then(|| TableGrant { table: table.name.clone(), privileges })
    };
    let grants: Vec<TableGrant> = catalog.tables().into_iter().filter_map(grant).collect();
    // nobody but Supabase itself may make functions in its schema of users
    let is_ours = |r: &&Relation| settings.flavour == Flavour::Plain || r.name.schema.raw() != "auth";
    let root = input.tenancy.root.and_then(|r| catalog.relations.get(&r)).filter(is_ours).map(|r| r.name.clone());
    let table = root.or_else(|| input.tenancy.tenant_tables(catalog).first().map(|t| t.name.clone()))?;
    let (owner, migrator) = (named(&settings.owner_role), named(&settings.migrator_role));
    let mut views = views::sort(input, &app, &grants).granted;
    for view in &mut views {
        let relation = catalog.find(Some(view.table.schema.raw()), view.table.name.raw(), &[]);
        view.privileges.retain(|p| relation.is_some_and(|r| may_hold(input, &app, r, p)));
    }
    // whoever gets new tables from the start gets them without policies, partitions too
    let defaults = catalog.default_grants.iter().filter(|d| d.grantee.as_ref() == Some(&app)).cloned().collect();
    let others = apps.collect();
    Some(PrepareTenants { table, app, others, owner, migrator, grants, views, defaults })
}

/// Whether the rollout may see to it that the application has a privilege. The roles of an API work for everybody today: what they lack was
/// kept from them (users of the API, tokens), and a grant before the policies would open it to all. So they keep what they have.
fn may_hold(input: &Input, app: &Ident, relation: &Relation, privilege: &str) -> bool {
    let has = |g: &Grant| g.grantee.as_ref() == Some(app) && g.privileges.iter().any(|p| p == privilege);
    input.config.tenancy.flavour == Flavour::Plain || relation.grants.iter().any(has)
}

/// Whether the roles and grants are there, so that policies may come.
pub(super) fn is_prepared(input: &Input) -> bool {
    prepare(input).is_some_and(|p| p.is_done(input.snapshot))
}

/// The policies of a table at the stage that is wanted, where everything before them is there.
pub(super) fn policies(input: &Input, table: &Relation) -> Option<TenantPolicies> {
    let mode = match input.config.tenancy.stage {
        Stage::Prepare => return None,
        Stage::Audit => Mode::Audit,
        Stage::Enforce | Stage::Force => Mode::Enforce,
    };
    if !is_prepared(input) || (mode == Mode::Enforce && to_enforce(input).is_some()) {
        return None;
    }
    Some(TenantPolicies {
        table: table.name.clone(),
        row: row(input, table)?,
        tenant: tenant(input)?,
        roles: roles(input),
        all_tenants: all_tenants(input),
        helpers: prepare(input)?.table.schema,
        mode,
        is_root: input.tenancy.place(top(input, table).oid) == Some(&Place::Root),
    })
}

/// Where the tenant of a table's rows stands; over parents only where the config chooses that.
fn row(input: &Input, table: &Relation) -> Option<RowTenant> {
    let catalog = &input.snapshot.catalog;
    let own = |table: &Relation, column: &Ident, hops| {
        let type_name = tenants::type_of(input, table.column(column.raw())?);
        Some(RowTenant { hops, column: column.clone(), type_name })
    };
    // a partition's rows are its table's
    let whole = top(input, table);
    match input.tenancy.place(whole.oid)? {
        Place::Root => {
            let key: Vec<&Ident> = whole.primary_key()?.keys.iter().filter_map(|k| k.column.as_ref()).collect();
            if let [column] = key[..] { own(table, column, Vec::new()) } else { None }
        }
        Place::Keyed(column) => own(table, column, Vec::new()),
        Place::Reached(way) if input.config.tenancy.exists_through_parents => {
            let (mut from, mut hops) = (whole, Vec::new());
            for hop in way {
                let (_, reference) = from.foreign_keys().find(|(k, _)| k.name == hop.constraint)?;
                from = catalog.relations.get(&hop.table)?;
                hops.push(Hop { via: hop.columns.clone(), table: from.name.clone(), keys: reference.columns.clone() });
            }
            let Place::Keyed(column) = input.tenancy.place(from.oid)? else { return None };
            own(from, column, hops)
        }
        Place::Reached(_) | Place::Shared | Place::Internal | Place::Unknown => None,
    }
}
