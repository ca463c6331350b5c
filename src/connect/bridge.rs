//! A socket of our own between sqlx and the server.
//!
//! sqlx opens its connections itself: its TLS trusts the system's roots beside the user's, and it sends startup parameters
//! (`DateStyle`, `TimeZone`, and `options` from PGOPTIONS) that poolers refuse or pass on. So we open the connection and
//! hand sqlx a socket in a private directory: the bridge replaces the startup message with one that carries nothing but role,
//! database, encoding and `application_name`, notes what the server says before it is ready, then copies bytes.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, split};
use tokio::net::UnixListener;
use tokio::task::JoinHandle;

use super::failure::Failure;
use super::handshake::Stream;
use super::hosts::Host;
use super::target::Target;

/// Name by which servers, logs and poolers know our sessions.
pub const APPLICATION_NAME: &str = "dbharden";
const PROTOCOL_3_0: i32 = 196_608;
/// Any number: it is part of the private socket's name.
const BRIDGE_PORT: u16 = 5432;

/// What the server said before it was ready.
#[derive(Debug, Clone, Default)]
pub(super) struct Greeting {
    /// Process id of the cancel key. A pooler invents its own.
    pub(super) key_pid: Option<u32>,
    /// It asked for a password.
    pub(super) password_asked: bool,
    /// `ReadyForQuery` came: whatever fails afterwards is not the login.
    pub(super) ready: bool,
}

/// Logs in over `stream`. The task lives as long as the connection.
pub(super) async fn login(
    stream: Box<dyn Stream>,
    target: &Target,
    host: &Host,
) -> Result<(PgConnection, Greeting, JoinHandle<()>), Failure> {
    // a socket's path has room for some hundred bytes only
    let base = Some(std::env::temp_dir()).filter(|dir| dir.as_os_str().len() <= 60).unwrap_or_else(|| "/tmp".into());
    let dir = tempfile::Builder::new()
        .prefix("dbh-bridge-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .tempdir_in(base)
        .map_err(Failure::Bridge)?;
    let listener = UnixListener::bind(dir.path().join(format!(".s.PGSQL.{BRIDGE_PORT}"))).map_err(Failure::Bridge)?;
    let greeting = Arc::new(Mutex::new(Greeting::default()));
    let task = tokio::spawn(carry(listener, stream, startup(&target.user, &target.database), greeting.clone()));

    // sqlx fills what is left open from PG* variables: everything is set
    let options = PgConnectOptions::new_without_pgpass()
        .host("localhost")
        .socket(dir.path())
        .port(BRIDGE_PORT)
        .username(&target.user)
        .password(host.password.as_ref().map_or("", |secret| &secret.0))
        .database(&target.database)
        .application_name(APPLICATION_NAME)
        .ssl_mode(PgSslMode::Disable)
        .extra_float_digits(None)
        .statement_cache_capacity(0)
        .disable_statement_logging();
    let result = options.connect().await;
    let greeting = greeting.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match result {
        Ok(connection) => Ok((connection, greeting, task)),
        Err(e) => {
            task.abort();
            Err(Failure::login(e, &greeting, host.password.is_some()))
        }
    }
}

/// Protocol 3.0 startup message.
fn startup(user: &str, database: &str) -> Vec<u8> {
    let mut body = PROTOCOL_3_0.to_be_bytes().to_vec();
    for text in ["user", user, "database", database, "client_encoding", "UTF8", "application_name", APPLICATION_NAME] {
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    body.push(0);
    let mut message = (body.len() as u32 + 4).to_be_bytes().to_vec();
    message.append(&mut body);
    message
}

/// Carries one connection until either end closes it.
async fn carry(listener: UnixListener, server: Box<dyn Stream>, startup: Vec<u8>, greeting: Arc<Mutex<Greeting>>) {
    let Ok((mut client, _)) = listener.accept().await else { return };
    drop(listener);
    let mut length = [0; 4];
    if client.read_exact(&mut length).await.is_err() {
        return;
    }
    let mut discarded = vec![0; (u32::from_be_bytes(length) as usize).saturating_sub(4)];
    if client.read_exact(&mut discarded).await.is_err() {
        return;
    }
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = split(server);
    let up = async {
        to_server.write_all(&startup).await?;
        to_server.flush().await?;
        copy(&mut from_client, &mut to_server).await?;
        to_server.shutdown().await
    };
    let down = async {
        let mut head = Head::default();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match from_server.read(&mut buffer).await? {
                0 => return to_client.shutdown().await,
                n => {
                    head.read(&buffer[..n], &greeting);
                    to_client.write_all(&buffer[..n]).await?;
                }
            }
        }
    };
    let mut down = std::pin::pin!(down);
    tokio::select! {
        // where the server no longer listens, its last words may still be on their way
        result = up => if result.is_err() { let _: std::io::Result<()> = down.await; },
        // whatever it was, both ends are closed now, which sqlx reports as a lost connection
        _ = &mut down => {}
    }
}

/// Reads the messages up to the first `ReadyForQuery`, whatever pieces they arrive in.
#[derive(Default)]
struct Head {
    pending: Vec<u8>,
    done: bool,
}

impl Head {
    fn read(&mut self, bytes: &[u8], greeting: &Mutex<Greeting>) {
        if self.done {
            return;
        }
        self.pending.extend_from_slice(bytes);
        let mut greeting = greeting.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((kind, body, whole)) = message(&self.pending) {
            match (kind, number(body)) {
                // 0 is "ok", 12 the end of SCRAM; the others ask for something
                (b'R', Some(code)) if code != 0 => greeting.password_asked = true,
                (b'K', pid) => greeting.key_pid = pid,
                (b'Z', _) => {
                    greeting.ready = true;
                    self.done = true;
                    self.pending = Vec::new();
                    return;
                }
                _ => {}
            }
            self.pending.drain(..whole);
        }
    }
}

/// The first message, where it is complete: kind, body, length of the whole.
fn message(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let whole = number(bytes.get(1..)?)? as usize + 1;
    Some((bytes[0], bytes.get(5..whole)?, whole))
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk::<4>().map(|four| u32::from_be_bytes(*four))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_is_read_from_any_pieces() {
        let mut bytes = vec![b'R', 0, 0, 0, 8, 0, 0, 0, 10];
        bytes.extend([b'S', 0, 0, 0, 8, b'a', 0, b'b', 0]);
        bytes.extend([b'K', 0, 0, 0, 12, 0, 0, 1, 2, 9, 9, 9, 9]);
        bytes.extend([b'Z', 0, 0, 0, 5, b'I', b'D', 0, 0]);
        for size in 1..bytes.len() {
            let (mut head, greeting) = (Head::default(), Mutex::new(Greeting::default()));
            bytes.chunks(size).for_each(|piece| head.read(piece, &greeting));
            let got = greeting.into_inner().unwrap();
            assert!(got.ready && got.password_asked && got.key_pid == Some(258), "{size}: {got:?}");
        }
    }

    #[test]
    fn the_startup_message_carries_four_things() {
        let message = startup("u", "d");
        assert_eq!(message.len(), u32::from_be_bytes(message[..4].try_into().unwrap()) as usize);
        let text = String::from_utf8_lossy(&message[8..]);
        assert_eq!(text, "user\0u\0database\0d\0client_encoding\0UTF8\0application_name\0dbharden\0\0");
    }
}
