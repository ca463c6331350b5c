//! Tenant columns over a path: filled while an old application goes on, taken back whole.

use super::{harden, plan, said_of};
use crate::apply::Place;
use crate::support::dump;

const HOMEOWNER: &str = include_str!("homeowner.sql");

/// Rows whose tenant is not the one of their path.
const WRONG: &str = r#"select count(*) from unit u join property p on p.id = u.property_id join "Block" b on b.id = p."blockId"
    where u."teamId" is distinct from b."teamId" or p."teamId" is distinct from b."teamId""#;

fn rows(n: u32) -> String {
    format!(
        r#"insert into property ("blockId", address) select 1 + n % 50, 'a' || n from generate_series(1, {n}) n;
           insert into unit (property_id, label) select n, 'u' from generate_series(1, {n}) n; analyze"#
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_of_two_steps_gives_two_columns_and_the_undo_takes_them_back() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(&rows(2_000)).await;
    let before = dump(&place.sandbox);
    let planned = harden(&place, &["--only", "missing-tenant-column"]);
    assert_eq!(said_of(&planned, "public.unit"), ["missing-tenant-column"]);
    assert_eq!(place.number(WRONG).await, 0);
    // an application that does not know the column
    place.sql(r#"insert into property ("blockId", address) values (3, 'new'); insert into unit (property_id) select max(id) from property"#).await;
    place.sql(r#"update unit set property_id = 7 where id = 1; update property set "blockId" = 2 where id = 9"#).await;
    place.sql(r#"update "Block" set "teamId" = '00000000-0000-0000-0000-000000000001' where id = 4"#).await;
    assert_eq!(place.number(WRONG).await, 0);
    let again = plan(&place, &["--only", "missing-tenant-column"]);
    assert_eq!(said_of(&again, "public.unit"), Vec::<String>::new());
    for folder in crate::support::folders(place.here()).iter().rev() {
        crate::support::psql_file(&place.sandbox, "postgres", &folder.join("down.sql")).unwrap();
    }
    place.sql("drop schema dbharden cascade").await;
    assert_eq!(before.lines().filter(|l| !l.contains('\t')).collect::<Vec<_>>(), dump(&place.sandbox).lines().filter(|l| !l.contains('\t')).collect::<Vec<_>>());
}
