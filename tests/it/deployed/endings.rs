//! Adopt and revert: applied, they end the drift; and no row is lost unless that was allowed.

use std::fs;

use super::{Shop, objects};

const DRIFT: &str = r#"
ALTER TABLE "User" ADD COLUMN phone text;
UPDATE "User" SET phone = 'p' || id;
ALTER TABLE "User" ALTER COLUMN "email" DROP NOT NULL;
CREATE INDEX "Post_title_idx" ON "Post" ("title");
ALTER TABLE "Post" ALTER COLUMN "title" TYPE text;
ALTER TABLE "User" ENABLE ROW LEVEL SECURITY;
CREATE VIEW "Titles" AS SELECT "title" FROM "Post";
"#;

fn files(shop: &Shop, below: &str, name: &str) -> Vec<std::path::PathBuf> {
    let folders = fs::read_dir(shop.directory.path().join(below)).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<_> = folders.filter(|p| p.to_string_lossy().contains("drift")).map(|p| p.join(name)).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reverted_the_database_is_what_the_files_make_and_keeps_its_rows() {
    let shop = Shop::open().await;
    shop.run(DRIFT).await;
    let (code, json) = shop.drift(&["--revert"]);
    assert_eq!(code, 2);
    let found = objects(&json);
    for object in
        ["public.\"User\".phone", "public.\"User\".email", "public.\"Post_title_idx\"", "public.\"Titles\"", "public.\"User\""]
    {
        assert!(found.contains(&object.to_owned()), "{object}: {found:?}");
    }
    assert_eq!(json["migrations"][0]["withheld"], 1, "{json:#}");
    shop.psql(&files(&shop, "generated-migrations", "up.sql")[0]);
    // the column with its values is still there: only that is left
    let (code, json) = shop.drift(&[]);
    assert_eq!((code, objects(&json)), (2, vec!["public.\"User\".phone".to_owned()]));
    assert_eq!(shop.number(r#"SELECT count(*) FROM "User" WHERE phone = 'p' || id"#).await, 50);
    assert_eq!(shop.number(r#"SELECT count(*) FROM "Post" WHERE "title" = 'post'"#).await, 50);
    fs::remove_dir_all(shop.directory.path().join("generated-migrations")).unwrap();
    shop.drift(&["--revert", "--allow-data-loss"]);
    shop.psql(&files(&shop, "generated-migrations", "up.sql")[0]);
    let (code, json) = shop.drift(&[]);
    assert_eq!((code, objects(&json)), (0, vec![]));
    assert_eq!(shop.number(r#"SELECT count(*) FROM "User""#).await, 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_undo_of_a_revert_brings_the_drift_back() {
    let shop = Shop::open().await;
    shop.run(r#"ALTER TABLE "User" ALTER COLUMN "email" DROP NOT NULL; CREATE INDEX "Post_title_idx" ON "Post" ("title")"#).await;
    let before = objects(&shop.drift(&["--revert"]).1);
    shop.psql(&files(&shop, "generated-migrations", "up.sql")[0]);
    assert_eq!(shop.drift(&[]).0, 0);
    shop.psql(&files(&shop, "generated-migrations", "down.sql")[0]);
    assert_eq!(objects(&shop.drift(&[]).1), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn adopted_the_files_make_what_the_database_has() {
    let shop = Shop::open().await;
    fs::remove_dir_all(shop.folder().join("20240103000000_later")).unwrap();
    shop.run(DRIFT).await;
    let (code, json) = shop.drift(&["--adopt"]);
    assert_eq!(code, 2);
    let said = json["migrations"][0]["mark_applied"].as_str().unwrap();
    for file in files(&shop, "prisma/migrations", "") {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(said.contains(&format!("--applied {name}")), "{said}");
        shop.applied(&name).await;
    }
    let (code, json) = shop.drift(&[]);
    assert_eq!((code, objects(&json)), (0, vec![]), "{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_is_offered_and_not_guessed() {
    let shop = Shop::open().await;
    shop.run(r#"ALTER TABLE "Post" RENAME COLUMN "title" TO "headline""#).await;
    let (code, json) = shop.drift(&[]);
    assert_eq!(code, 2);
    assert!(json["findings"].as_array().unwrap().iter().any(|f| f["evidence"]["renamed"] == "public.\"Post\".title"), "{json:#}");
    let rename = ["--rename", "public.\"Post\".headline=title"];
    let (code, json) = shop.drift(&[&rename[..], &["--revert"]].concat());
    assert_eq!((code, objects(&json)), (2, vec!["public.\"Post\".headline".to_owned()]), "{json:#}");
    shop.psql(&files(&shop, "generated-migrations", "up.sql")[0]);
    assert_eq!(shop.drift(&[]).0, 0);
    assert_eq!(shop.number(r#"SELECT count(*) FROM "Post" WHERE "title" = 'post'"#).await, 50);

    shop.run(r#"ALTER TABLE "Post" RENAME COLUMN "title" TO "headline""#).await;
    fs::remove_dir_all(shop.folder().join("20240103000000_later")).unwrap();
    shop.drift(&[&rename[..], &["--adopt"]].concat());
    for file in files(&shop, "prisma/migrations", "") {
        shop.applied(&file.file_name().unwrap().to_string_lossy()).await;
    }
    let (code, json) = shop.drift(&[]);
    assert_eq!((code, objects(&json)), (0, vec![]), "{json:#}");
}
