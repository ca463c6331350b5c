//! Detectors in Rust, one file a check, for checks that weigh the workload, activity or tenancy.

mod missing_index;

use super::{Finding, Input};

/// A detector: a pure function of its input.
pub type Detector = fn(&Input) -> Vec<Finding>;

/// Detectors by the name of their check.
const DETECTORS: &[(&str, Detector)] = &[("missing-index", missing_index::detect)];

/// The detector of the check of this name.
pub fn find(check: &str) -> Option<Detector> {
    DETECTORS.iter().find(|(name, _)| *name == check).map(|(_, detector)| *detector)
}
