//! Differences by the object they are seen at: what hangs on a relation stands under it.

use std::collections::BTreeMap;

use crate::drift::outcome::{Change, Finding};

/// A relation with all that differs on it, or one object alone.
pub(super) struct Group<'f> {
    /// Its path.
    pub object: &'f str,
    /// What differs, the object itself first.
    pub findings: Vec<&'f Finding>,
    /// What comes and goes with the object itself: `("constraint", 2)`.
    pub with: BTreeMap<String, usize>,
}

/// Groups in the order in which they are first met. What comes or goes together with its relation is only counted.
pub(super) fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in findings {
        let object = finding.relation.as_deref().unwrap_or(&finding.object);
        let place = *places.entry(object).or_insert_with(|| {
            groups.push(Group { object, findings: Vec::new(), with: BTreeMap::new() });
            groups.len() - 1
        });
        groups[place].findings.push(finding);
    }
    for group in &mut groups {
        group.findings.sort_by_key(|f| f.relation.is_some());
        let Some(whole) = group.findings.first().filter(|f| f.relation.is_none()).map(|f| f.evidence.change) else { continue };
        if whole == Change::Changed {
            continue;
        }
        let with = &mut group.with;
        group.findings.retain(|f| {
            let along = f.relation.is_some() && f.evidence.change == whole && f.evidence.renamed.is_none();
            if along {
                *with.entry(f.kind.to_string()).or_default() += 1;
            }
            !along
        });
    }
    groups
}

impl Group<'_> {
    /// Whether the one difference is the object itself.
    pub(super) fn is_single(&self) -> bool {
        matches!(self.findings.as_slice(), [one] if one.relation.is_none())
    }

    /// `with 2 constraints, 1 index`.
    pub(super) fn along(&self) -> Option<String> {
        let one = |(kind, n): (&String, &usize)| match (n, kind.as_str()) {
            (1, _) => format!("1 {kind}"),
            (n, "index") => format!("{n} indexes"),
            (n, "policy") => format!("{n} policies"),
            (n, _) => format!("{n} {kind}s"),
        };
        (!self.with.is_empty()).then(|| format!("with {}", self.with.iter().map(one).collect::<Vec<_>>().join(", ")))
    }
}
