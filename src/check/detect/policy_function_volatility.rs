//! `session-function-immutable` and `policy-function-volatile`: functions that policies call and that say the wrong thing of themselves.

use super::policies::{InForce, in_force};
use crate::check::{Finding, Input};
use crate::plan::Hazard;
use crate::plan::change::{Alter, Change, Done};
use crate::snapshot::{Policy, PolicyFunction};

/// Immutable, though it reads the session: plans keep the first tenant's answer.
pub(super) fn immutable(input: &Input) -> Vec<Finding> {
    each(
        input,
        |_, f| f.volatility == 'i' && f.asks_session,
        |policy, f| {
            let message = format!(
                "{} calls {}(), which is IMMUTABLE and reads the session: a prepared plan may keep one tenant's answer for the next",
                policy.subject(),
                f.name
            );
            (message, Some(to_stable(f, "IMMUTABLE")))
        },
    )
}

/// Volatile: called for each row, and nothing can be asked of an index.
pub(super) fn volatile(input: &Input) -> Vec<Finding> {
    each(
        input,
        |policy, f| f.volatility == 'v' && !is_asked_once(policy, f),
        |policy, f| {
            let message = format!(
                "{} calls {}(), which is VOLATILE (the default): it runs for each row and no index can be used for what it returns",
                policy.subject(),
                f.name
            );
            (message, None)
        },
    )
}

fn each(
    input: &Input,
    wanted: impl Fn(&Policy, &PolicyFunction) -> bool,
    say: impl Fn(&InForce, &PolicyFunction) -> (String, Option<Change>),
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in in_force(input) {
        for function in policy.policy.functions.iter().filter(|f| wanted(policy.policy, f)) {
            let (message, fix) = say(&policy, function);
            let finding = policy.finding(input, message).with("function", format!("{}({})", function.name, function.arguments));
            findings.push(match fix {
                Some(fix) => finding.with_fix(fix),
                None => finding,
            });
        }
    }
    findings
}

/// Each call stands alone in a sub-select, which is evaluated once a statement.
fn is_asked_once(policy: &Policy, function: &PolicyFunction) -> bool {
    let texts = || [&policy.using, &policy.check].into_iter().flatten();
    let name = function.name.name.to_string();
    let calls: usize = texts().map(|t| t.matches(&format!("{name}(")).count()).sum();
    let alone = |t: &String| {
        let qualified = t.matches(&format!("( SELECT {}(", function.name)).count();
        qualified + t.matches(&format!("( SELECT {name}(")).count()
    };
    calls > 0 && calls == texts().map(alone).sum::<usize>()
}

fn to_stable(f: &PolicyFunction, was: &str) -> Change {
    let alter = |to: &str| format!("ALTER FUNCTION {}({}) {to}", f.name, f.arguments);
    Change::Alter(Alter {
        object: f.name.clone(),
        title: format!("function {} is stable", f.name),
        up: vec![alter("STABLE")],
        down: vec![alter(was)],
        lock: None,
        hazards: vec![Hazard::ChangesAccess],
        done: Done::Unseen,
    })
}
