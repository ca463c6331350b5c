//! What people and programs read: the first screen, JSON, markdown.

/// Bytes for people: `8.0 kB`, `1.3 GB` (powers of 1024, as PostgreSQL prints them).
pub fn bytes(bytes: i64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if value.abs() < 1024.0 {
            return if unit == "B" { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") };
        }
        value /= 1024.0;
    }
    format!("{value:.1} TB")
}
