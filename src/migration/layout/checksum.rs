//! Checksums that ledgers hold.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384};

/// CRC-32 (IEEE), as Flyway's checksums and the lock numbers of sqlx and golang-migrate use it.
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// Flyway's checksum: over the lines without their ends, so that line ends do not count, as a signed number.
/// Source: flyway/flyway, `ChecksumCalculator.java`.
pub(super) fn flyway(text: &str) -> i32 {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: String = text.replace("\r\n", "\n").split(['\n', '\r']).collect();
    crc32(lines.as_bytes()).cast_signed()
}

/// sqlx's checksum: SHA-384 of the file. Source: launchbadge/sqlx, `sqlx-core/src/migrate/migration.rs`.
pub(super) fn sqlx(bytes: &[u8]) -> String {
    Sha384::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Sqitch's checksum: SHA-1 of the script. Source: sqitchers/sqitch, lib/App/Sqitch/Plan/Change.pm.
pub(super) fn sqitch(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Prisma's checksum: SHA-256 of the file.
pub(super) fn prisma(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn flyway_does_not_count_line_ends() {
        assert_eq!(flyway("123\r\n456\n789\n"), 0xcbf4_3926_u32.cast_signed());
        assert_eq!(flyway("\u{feff}123456789"), flyway("123456789"));
    }
}
