//! Through PgBouncer in transaction mode, with one connection to the server for all: a tenant's setting stays in its transaction.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, PgConnection};

use super::{A, B, count, go, place, try_sql};
use crate::connect::pooler::PgBouncer;

async fn client(port: u16) -> PgConnection {
    let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(port).username("app").database("postgres");
    let options = options.ssl_mode(PgSslMode::Disable).extra_float_digits(None).statement_cache_capacity(0);
    options.connect().await.unwrap()
}

async fn rows(client: &mut PgConnection) -> i64 {
    use sqlx::Row;
    let all = sqlx::raw_sql("select count(*) from invoice").fetch_all(client).await.unwrap();
    all[0].get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_never_reaches_the_next_one_through_a_pooled_connection() {
    let place = place().await;
    for stage in ["prepare", "enforce", "force"] {
        go(&place, stage, "setting = \"app.team\"\napp_role = \"app\"\nowner_role = \"keeper\"\n");
    }
    let pooler = PgBouncer::start(&place.sandbox);
    let (mut a, mut b) = (client(pooler.port).await, client(pooler.port).await);
    for _ in 0..20 {
        for (client, tenant, amount) in [(&mut a, A, 1), (&mut b, B, 2)] {
            // the session that the other one left behind
            assert_eq!(rows(client).await, 0);
            assert_eq!(try_sql(client, "update invoice set amount = 0").await, Err("42501".to_owned()));
            let sql = format!(
                "begin; set local app.team = '{tenant}'; insert into invoice (\"team$id\", amount) values ('{tenant}', {amount});
                 do $$ begin if exists (select from invoice where \"team$id\" <> '{tenant}') then raise 'leak'; end if; end $$; commit"
            );
            try_sql(client, &sql).await.unwrap();
            let failed = format!("begin; set local app.team = '{tenant}'; select 1 / 0");
            assert_eq!(try_sql(client, &failed).await, Err("22012".to_owned()));
            try_sql(client, "rollback").await.unwrap();
        }
    }
    let mut all = super::connect_as(&place, "postgres").await;
    assert_eq!(count(&mut all, &format!("select count(*) from invoice where \"team$id\" = '{A}' and amount = 1")).await, 20);
}
