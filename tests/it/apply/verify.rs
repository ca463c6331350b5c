//! `verify` after `apply`: good where all is as planned, loud where somebody changed it since.

use super::Place;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planned_reviewed_applied_verified_and_then_changed_by_hand() {
    let mut place = Place::new(
        "create extension pg_stat_statements; create table p (id int primary key);
         create table c (id int primary key, p_id int references p); create table d (id int primary key, p_id int references p)",
    )
    .await;
    let planned = place.run(&["plan", "--all"]).good();
    assert!(planned.out.contains("dbharden review") && planned.out.contains("dbharden apply"), "{}", planned.out);
    place.run(&["verify"]).bad(&["nothing to verify"]);
    let list = place.run(&["review", "--list", "--format", "json"]).good().json();
    for migration in list["migrations"].as_array().unwrap() {
        place.run(&["review", "--approve", migration["name"].as_str().unwrap(), "--reason", "foreign keys"]).good();
    }
    place.run(&["apply", "--yes"]).good();
    let unmarked = "select count(*) from pg_stat_statements where query ~ 'dbharden.(run|statement|backfill)' and query !~ '/\\* dbharden \\*/' \
                    and query !~* '(create table|^select count)'";
    assert_eq!(place.number(unmarked).await, 0, "what apply notes is none of the workload");
    let good = place.run(&["verify", "--format", "json"]);
    let said = good.json();
    assert_eq!((said["migrations"].as_array().unwrap().len(), &said["migrations"][0]["gates"]), (2, &1.into()), "{said}");
    assert_eq!(good.code, 0, "{said}");

    place.sql("alter index c_p_id_idx set (fillfactor = 50)").await;
    let changed = place.run(&["verify"]);
    assert_eq!(changed.code, 2, "{}{}", changed.out, changed.err);
    assert!(changed.out.contains("fillfactor") && changed.out.contains("not as these files make it"), "{}", changed.out);
    place.sql("drop index c_p_id_idx").await;
    let gone = place.run(&["verify"]);
    assert_eq!(gone.code, 2, "{}{}", gone.out, gone.err);
    assert!(gone.out.contains("is still there") && gone.out.contains("its gate says"), "{}", gone.out);
}
