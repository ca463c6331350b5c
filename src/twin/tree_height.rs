//! How many levels a b-tree has above its leaves, from its size: only the server's own metapage says it, and no role may read that.

/// Fill of inner pages in percent (`BTREE_NONLEAF_FILLFACTOR`).
const INNER_FILL: f64 = 0.70;
/// Bytes of a page without header and special area.
const USABLE: f64 = 8_192.0 - 24.0 - 16.0;

/// Levels above the leaves of a b-tree of so many blocks, whose inner tuples have keys of so many bytes.
pub(super) fn levels(blocks: i64, key_bytes: f64) -> u32 {
    // the metapage, and a root that is the only leaf
    if blocks <= 2 {
        return 0;
    }
    let fanout = fanout(key_bytes);
    // blocks = 1 + leaves + leaves / f + leaves / f² ...
    let mut levels = 1;
    let mut inner = 1.0;
    loop {
        let leaves = (blocks as f64 - 1.0 - inner).max(1.0);
        let mut pages = leaves;
        let (mut height, mut above) = (0, 0.0);
        while pages > 1.0 {
            pages = (pages / fanout).ceil();
            above += pages;
            height += 1;
        }
        if (above - inner).abs() < 0.5 || levels > 32 {
            return height.max(1);
        }
        (inner, levels) = (above, levels + 1);
    }
}

/// Downlinks on an inner page.
pub(super) fn fanout(key_bytes: f64) -> f64 {
    // header of eight bytes, key, both aligned, and a line pointer
    let tuple = ((8.0 + key_bytes.max(1.0)) / 8.0).ceil() * 8.0 + 4.0;
    (USABLE * INNER_FILL / tuple).floor().max(2.0)
}

#[cfg(test)]
mod tests {
    use super::levels;

    /// Heights that PostgreSQL really gave (`bt_metap`) to indexes of integers made by CREATE INDEX.
    #[test]
    fn as_postgres_builds_them() {
        for (rows, blocks, height) in [(100, 2, 0), (1_000, 5, 1), (100_000, 276, 1), (1_000_000, 2_745, 2)] {
            assert_eq!(levels(blocks, 8.0), height, "{rows} rows");
        }
    }
}
