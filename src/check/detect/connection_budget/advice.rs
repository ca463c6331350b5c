//! What to set instead: Prisma's parameters for each instance, and a PgBouncer in front.

use serde_json::{Value, json};

use crate::ident::one_line;

/// Share of the slots that the application gets; the rest is for migrations, jobs, monitoring and people.
const SHARE: f64 = 0.8;
/// More connections than this a process only makes statements wait for each other inside the server.
const MOST: i64 = 20;
/// Seconds a request waits for a connection: longer than Prisma's 10, because a smaller pool queues where a larger one failed.
const POOL_TIMEOUT: i64 = 20;

/// Slots divided among instances with one pool each.
pub(super) struct Plan {
    instances: i64,
    /// Slots for the application.
    budget: i64,
    /// Connections of each instance; `None` when not even one each is left.
    limit: Option<i64>,
}

/// Divides the slots.
pub(super) fn plan(usable: i64, instances: i64) -> Plan {
    let budget = ((usable as f64 * SHARE) as i64).max(1);
    Plan { instances, budget, limit: Some((budget / instances).min(MOST)).filter(|n| *n >= 1) }
}

/// The parameters of the connection URL.
pub(super) fn prisma(plan: &Plan) -> Value {
    json!({
        "instances": plan.instances,
        "pools_per_instance": 1,
        "connection_limit": plan.limit,
        "pool_timeout": POOL_TIMEOUT,
        "url": plan.limit.map(|n| format!("?connection_limit={n}&pool_timeout={POOL_TIMEOUT}")),
    })
}

/// `connection_limit` for twice, four and eight times as many instances: what is left when the application grows.
pub(super) fn for_more_instances(usable: i64, instances: i64) -> Vec<Value> {
    let more = [1, 2, 4, 8].into_iter().map(|n| plan(usable, instances.saturating_mul(n)));
    more.map(|p| json!({ "instances": p.instances, "connection_limit": p.limit })).collect()
}

/// A `pgbouncer.ini` that fits the slots.
pub(super) fn pgbouncer(plan: &Plan, database: &str, demand: i64) -> String {
    let clients = (demand.saturating_mul(2)).max(1_000);
    let reserve = (plan.budget / 10).max(1);
    let pool = (plan.budget - reserve).max(1);
    let database = ini_name(database);
    format!(
        "[databases]\n\
         {database} = host=127.0.0.1 port=5432\n\
         \n\
         [pgbouncer]\n\
         listen_port = 6432\n\
         pool_mode = transaction\n\
         max_client_conn = {clients}\n\
         default_pool_size = {pool}\n\
         reserve_pool_size = {reserve}\n\
         max_db_connections = {budget}\n\
         max_prepared_statements = 200\n\
         server_idle_timeout = 60\n\
         query_wait_timeout = {POOL_TIMEOUT}\n",
        budget = plan.budget,
    )
}

/// A database's name as the file takes it: in double quotes unless plain; a name cannot end the line it stands in.
fn ini_name(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { format!("\"{}\"", one_line(name).replace('"', "\"\"")) }
}

/// The same in words.
pub(super) fn words(plan: &Plan) -> String {
    let each = match plan.limit {
        Some(n) => format!(
            "one client per process, opened at start and closed on SIGTERM, with connection_limit={n}&pool_timeout={POOL_TIMEOUT} \
             for {} instance{}",
            plan.instances,
            if plan.instances == 1 { "" } else { "s" },
        ),
        None => format!("{} instances cannot have even one connection each: a pooler is needed", plan.instances),
    };
    format!(
        "{each}; or PgBouncer in transaction mode (1.21 or later, which keeps prepared statements; earlier ones need pgbouncer=true \
         in Prisma's URL), migrations past it on the direct port"
    )
}
