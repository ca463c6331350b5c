//! Hashes that name things: fingerprints of findings, of generated files, of long identifiers.

use sha2::{Digest, Sha256};

/// SHA-256 over the parts, each preceded by its length so that parts cannot run into each other, as 64 hex digits.
pub fn hash(parts: &[&str]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part.as_bytes());
    }
    sha.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The first eight hex digits of [`hash`]: enough to tell names apart, not to prove anything.
pub fn short_hash(parts: &[&str]) -> String {
    hash(parts)[..8].to_owned()
}
