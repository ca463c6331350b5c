//! TLS in every mode against certificates made by openssl.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use dbharden::connect::{Session, Target};
use dbharden::sandbox::Sandbox;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row};

use super::{admin, start, target};

/// A certificate authority and what it signed, made by openssl.
struct Certificates(tempfile::TempDir);

impl Certificates {
    fn new() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        for (name, subject) in [("ca", "/CN=test authority"), ("other", "/CN=other authority")] {
            this.openssl(&format!("req -x509 -newkey rsa:2048 -nodes -days 2 -keyout {name}.key -out {name}.crt -subj"), subject);
        }
        for (name, subject, extension) in [
            ("server", "/CN=localhost", "subjectAltName=DNS:localhost"),
            ("client", "/CN=certified", "extendedKeyUsage=clientAuth"),
        ] {
            fs::write(this.path("ext"), extension).unwrap();
            this.openssl(&format!("req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj"), subject);
            let sign =
                format!("x509 -req -in {name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out {name}.crt -extfile");
            this.openssl(&sign, "ext");
        }
        this.openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout self.key -out self.crt -addext subjectAltName=DNS:localhost -subj",
            "/CN=localhost",
        );
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn openssl(&self, args: &str, last: &str) {
        let output = Command::new("openssl").args(args.split(' ')).arg(last).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Has the server use certificate `name`, and replaces its rules for TCP by `rule`.
    async fn install(&self, sandbox: &Sandbox, name: &str, rule: &str) {
        let owner = fs::metadata(sandbox.data_dir()).unwrap();
        for (from, to) in
            [(format!("{name}.crt"), "server.crt"), (format!("{name}.key"), "server.key"), ("ca.crt".into(), "root.crt")]
        {
            let to = sandbox.data_dir().join(to);
            fs::copy(self.path(&from), &to).unwrap();
            fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).unwrap();
            chown(&to, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let mut connection = sandbox.connect_options("postgres").connect().await.unwrap();
        let hba: String = connection.fetch_one("SHOW hba_file").await.unwrap().get(0);
        let text = fs::read_to_string(&hba).unwrap();
        let local: String = text.lines().filter(|l| l.starts_with("local")).map(|l| format!("{l}\n")).collect();
        fs::write(&hba, format!("{local}{rule}\n")).unwrap();
        for sql in ["ALTER SYSTEM SET ssl = on", "ALTER SYSTEM SET ssl_ca_file = 'root.crt'", "SELECT pg_reload_conf()"] {
            connection.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Whether the connection is encrypted, or the error.
async fn encrypted(target: &Target) -> Result<bool, String> {
    match Session::connect(target).await {
        Ok(mut session) => {
            let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
            let said: bool = session.connection().fetch_one(sql).await.unwrap().get(0);
            assert_eq!(said, session.is_encrypted());
            session.close().await;
            Ok(said)
        }
        Err(e) => Err(e.to_string()),
    }
}

#[tokio::test]
async fn tls_means_what_libpq_means() {
    let certificates = Certificates::new();
    let sandbox = start(&[], true).await;
    admin(&sandbox, "CREATE ROLE app LOGIN PASSWORD 'right'; CREATE ROLE certified LOGIN").await;
    let (ca, other) = (certificates.path("ca.crt"), certificates.path("other.crt"));
    let url = |host: &str, query: &str| {
        let query = query.replace("CA", ca.to_str().unwrap()).replace("OTHER", other.to_str().unwrap());
        target(&format!("postgres://app:right@{host}:{}/postgres?{query}", sandbox.port()))
    };

    // without TLS on the server
    for (query, want) in [("", Some(false)), ("sslmode=allow", Some(false)), ("sslmode=require", None)] {
        assert_eq!(encrypted(&url("localhost", query)).await.ok(), want, "{query}");
    }
    certificates.install(&sandbox, "server", "host all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256").await;
    for (host, query, want) in [
        ("localhost", "", Some(true)),
        ("localhost", "sslmode=disable", Some(false)),
        ("localhost", "sslmode=allow", Some(false)),
        ("localhost", "sslmode=require", Some(true)),
        // a root certificate makes `require` verify
        ("localhost", "sslmode=require&sslrootcert=OTHER", None),
        ("localhost", "sslmode=require&sslrootcert=CA", Some(true)),
        // and `prefer` go back to plain where that fails
        ("localhost", "sslmode=prefer&sslrootcert=OTHER", Some(false)),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=CA", Some(true)),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=OTHER", None),
        ("localhost", "sslmode=verify-full&sslrootcert=CA", Some(true)),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=CA", None),
        ("localhost", "sslmode=verify-full&sslrootcert=CA&hostaddr=127.0.0.1", Some(true)),
        // a name that is nowhere but in the certificate's comparison
        ("not_the_name", "sslmode=verify-full&sslrootcert=CA&hostaddr=127.0.0.1", None),
        ("not_the_name", "sslmode=verify-ca&sslrootcert=CA&hostaddr=127.0.0.1", Some(true)),
        ("localhost", "sslrootcert=system", None),
        ("localhost", "sslmode=require&channel_binding=require", None),
    ] {
        let got = encrypted(&url(host, query)).await;
        assert_eq!(got.as_ref().ok().copied(), want, "{host} {query}: {got:?}");
        if let Err(text) = got {
            assert!(text.contains("to do:") && text.contains("TLS"), "{text}");
        }
    }
    let text = encrypted(&url("127.0.0.1", "sslmode=verify-full&sslrootcert=CA")).await.unwrap_err();
    assert!(text.contains("subjectAltName"), "{text}");
    let text = encrypted(&url("localhost", "sslmode=verify-full&sslrootcert=OTHER")).await.unwrap_err();
    assert!(text.contains("sslrootcert=FILE"), "{text}");

    // pg_hba.conf that wants TLS, or none of it
    certificates.install(&sandbox, "server", "hostssl all all all scram-sha-256").await;
    assert_eq!(encrypted(&url("localhost", "sslmode=allow")).await, Ok(true));
    assert!(encrypted(&url("localhost", "sslmode=disable")).await.unwrap_err().contains("pg_hba.conf"));
    certificates.install(&sandbox, "server", "hostnossl all all all scram-sha-256").await;
    assert_eq!(encrypted(&url("localhost", "sslmode=prefer")).await, Ok(false));
    assert!(encrypted(&url("localhost", "sslmode=require")).await.is_err());

    // a client certificate instead of a password
    certificates.install(&sandbox, "server", "hostssl all all all cert").await;
    let (cert, key) = (certificates.path("client.crt"), certificates.path("client.key"));
    let with_cert = format!(
        "host=localhost port={} user=certified dbname=postgres sslmode=require sslcert={} sslkey={}",
        sandbox.port(),
        cert.display(),
        key.display()
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(encrypted(&target(&with_cert)).await, Ok(true));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(Target::resolve(Some(&with_cert), &|_| None).unwrap_err().to_string().contains("can be read by others"));

    // a self-signed certificate is its own root
    certificates.install(&sandbox, "self", "hostssl all all all scram-sha-256").await;
    let own = certificates.path("self.crt");
    let query = format!("sslmode=verify-full&sslrootcert={}", own.display());
    assert_eq!(encrypted(&url("localhost", &query)).await, Ok(true));
    assert!(encrypted(&url("127.0.0.1", &query)).await.is_err());
}
