//! B-trees that are empty and as high as wanted: the planner adds a cost for every level, which it reads from the metapage.
//!
//! Layout of pages: `src/include/access/nbtree.h` and `storage/bufpage.h`, version 4, the same in PostgreSQL 13 to 18.

/// Bytes of a page.
pub(super) const BLOCK: usize = 8_192;
/// `BTREE_MAGIC`.
const MAGIC: u32 = 0x0005_3162;
/// Where the metapage's data begin: behind the page header.
const META: usize = 24;
/// Where the special area of a page begins.
const SPECIAL: usize = BLOCK - 16;
const LEAF: u16 = 1;
const ROOT: u16 = 2;
/// `INDEX_ALT_TID_MASK`: a pivot, here of no attributes, which is less than everything.
const PIVOT: u16 = 0x2000;

/// Whether a page is the metapage of a b-tree.
pub(super) fn is_meta(page: &[u8]) -> bool {
    page.len() >= BLOCK && page[META..META + 4] == MAGIC.to_ne_bytes()
}

/// Levels of a tree to which the planner adds no cost: it takes -1 for it, as HypoPG's hypothetical indexes have it.
pub(super) const NO_LEVELS: u32 = u32::MAX;

/// Whether the metapage says that equal keys are alike in every byte, so that one entry may stand for many (13+).
pub(super) fn all_equal_image(meta: &[u8]) -> bool {
    is_meta(meta) && meta[META + 40] != 0
}

/// Pages of a tree with this many levels above its only leaf; the first is the given metapage, pointed to the new root. The leaf is
/// empty, or holds what the given page of a tree without levels holds.
pub(super) fn pages(meta: &[u8], levels: u32, leaf: Option<&[u8]>) -> Vec<u8> {
    let mut all = meta[..BLOCK].to_vec();
    // root, level, fastroot, fastlevel behind magic and version
    for (i, value) in [1, levels, 1, levels].into_iter().enumerate() {
        let at = META + 8 + 4 * i;
        all[at..at + 4].copy_from_slice(&u32::to_ne_bytes(value));
    }
    if levels == NO_LEVELS {
        // nobody compares the levels of parent and child
        all.extend(page(levels, Some(2), true));
        all.extend(page(0, None, false));
        return all;
    }
    for level in (0..=levels).rev() {
        let block = 1 + (levels - level);
        all.extend(page(level, (level > 0).then_some(block + 1), level == levels));
    }
    if let Some(leaf) = leaf.filter(|l| l.len() == BLOCK) {
        let at = all.len() - BLOCK;
        let special = at + SPECIAL;
        all[at..special].copy_from_slice(&leaf[..SPECIAL]);
    }
    all
}

/// The first page of a visibility map in which all rows of block 0 are visible to everybody.
pub(super) fn visible() -> [u8; BLOCK] {
    let mut page = [0; BLOCK];
    page[12..14].copy_from_slice(&(META as u16).to_ne_bytes());
    page[14..16].copy_from_slice(&(BLOCK as u16).to_ne_bytes());
    page[16..18].copy_from_slice(&(BLOCK as u16).to_ne_bytes());
    page[18..20].copy_from_slice(&(BLOCK as u16 | 4).to_ne_bytes());
    page[META] = 1;
    page
}

/// One page; an inner one points to the page below.
fn page(level: u32, below: Option<u32>, root: bool) -> [u8; BLOCK] {
    let mut page = [0; BLOCK];
    let (mut lower, mut upper) = (META as u16, SPECIAL as u16);
    if let Some(below) = below {
        upper -= 8;
        lower += 4;
        let at = usize::from(upper);
        page[at..at + 2].copy_from_slice(&((below >> 16) as u16).to_ne_bytes());
        page[at + 2..at + 4].copy_from_slice(&(below as u16).to_ne_bytes());
        page[at + 6..at + 8].copy_from_slice(&(8 | PIVOT).to_ne_bytes());
        let line = u32::from(upper) | 1 << 15 | 8 << 17; // LP_NORMAL, eight bytes
        page[META..META + 4].copy_from_slice(&line.to_ne_bytes());
    }
    page[12..14].copy_from_slice(&lower.to_ne_bytes());
    page[14..16].copy_from_slice(&upper.to_ne_bytes());
    page[16..18].copy_from_slice(&(SPECIAL as u16).to_ne_bytes());
    page[18..20].copy_from_slice(&(BLOCK as u16 | 4).to_ne_bytes()); // size and layout version
    let flags = if level == 0 { LEAF } else { 0 } | if root { ROOT } else { 0 };
    page[SPECIAL + 8..SPECIAL + 12].copy_from_slice(&level.to_ne_bytes());
    page[SPECIAL + 12..SPECIAL + 14].copy_from_slice(&flags.to_ne_bytes());
    page
}
