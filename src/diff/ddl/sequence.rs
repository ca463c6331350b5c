//! Sequences.

use super::Context;
use crate::diff::draft::Draft;
use crate::ident::{Ident, literal};
use crate::plan::Hazard;
use crate::snapshot::objects::{Id, Kind, Object, Sequence, SequenceOptions};

/// Bounds of a type.
fn bounds(data_type: &str) -> (i64, i64) {
    match data_type {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    }
}

/// What CREATE SEQUENCE takes when nothing is said.
fn defaults(data_type: &str, increment: i64) -> SequenceOptions {
    let (least, most) = bounds(data_type);
    let (min, max) = if increment > 0 { (1, most) } else { (least, -1) };
    let start = if increment > 0 { min } else { max };
    SequenceOptions { data_type: data_type.to_owned(), start, increment, min, max, cache: 1, cycle: false }
}

/// Options that are not the default; the type of an identity column's sequence is the column's.
pub(super) fn options(o: &SequenceOptions, column_type: Option<&str>) -> Vec<String> {
    let d = defaults(&o.data_type, o.increment);
    let mut said = Vec::new();
    if column_type.is_none() && o.data_type != "bigint" {
        said.push(format!("AS {}", o.data_type));
    }
    if o.increment != 1 {
        said.push(format!("INCREMENT BY {}", o.increment));
    }
    if o.min != d.min {
        said.push(format!("MINVALUE {}", o.min));
    }
    if o.max != d.max {
        said.push(format!("MAXVALUE {}", o.max));
    }
    let start = if o.increment > 0 { o.min } else { o.max };
    if o.start != start {
        said.push(format!("START WITH {}", o.start));
    }
    if o.cache != 1 {
        said.push(format!("CACHE {}", o.cache));
    }
    if o.cycle {
        said.push("CYCLE".to_owned());
    }
    said
}

/// Options that are not as before, as ALTER SEQUENCE has them.
pub(super) fn changes(a: &SequenceOptions, b: &SequenceOptions) -> Vec<String> {
    let mut said = Vec::new();
    if a.data_type != b.data_type {
        said.push(format!("AS {}", b.data_type));
    }
    said.extend(identity_changes(a, b));
    said
}

/// As [`changes`], one that fits `SET ...` of an identity column each: without the type, which is the column's.
pub(super) fn identity_changes(a: &SequenceOptions, b: &SequenceOptions) -> Vec<String> {
    let mut said = Vec::new();
    let mut number = |word: &str, x: i64, y: i64, always: bool| {
        if x != y || always {
            said.push(format!("{word} {y}"));
        }
    };
    // with another type the bounds move by themselves
    let retyped = a.data_type != b.data_type;
    number("INCREMENT BY", a.increment, b.increment, false);
    number("MINVALUE", a.min, b.min, retyped);
    number("MAXVALUE", a.max, b.max, retyped);
    number("START WITH", a.start, b.start, false);
    number("CACHE", a.cache, b.cache, false);
    if a.cycle != b.cycle {
        said.push(if b.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
    }
    said
}

/// A position that the new bounds leave outside is moved to the nearest that they allow: no number is given twice.
pub(super) fn move_inside(a: &SequenceOptions, b: &SequenceOptions, sequence: &str) -> Option<Draft> {
    let place = match (b.min > a.min, b.max < a.max) {
        (false, false) => return None,
        (true, false) => format!("greatest(last_value, {})", b.min),
        (false, true) => format!("least(last_value, {})", b.max),
        (true, true) => format!("least(greatest(last_value, {}), {})", b.min, b.max),
    };
    Some(Draft::new(format!("SELECT pg_catalog.setval({}, {place}, is_called) FROM {sequence}", literal(sequence))))
}

/// A sequence that takes over a column with rows begins behind them.
pub(super) fn catch_up(sequence: &str, table: &str, column: &Ident) -> Draft {
    Draft::new(format!("SELECT pg_catalog.setval({}, coalesce(max({column}), 0) + 1, false) FROM {table}", literal(sequence)))
}

pub(super) fn create(object: &Object, sequence: &Sequence, context: &Context<'_>) -> Vec<Draft> {
    if sequence.identity || context.serials.contains_key(&object.id) {
        return Vec::new(); // made with its column
    }
    let kind = if sequence.unlogged { "UNLOGGED SEQUENCE" } else { "SEQUENCE" };
    let said: String = options(&sequence.options, None).iter().map(|o| format!(" {o}")).collect();
    vec![Draft::new(format!("CREATE {kind} {}{said}", object.id.sql()))]
}

/// `OWNED BY`, when the table is there.
pub(super) fn late(old: Option<&Sequence>, object: &Object, new: &Sequence, context: &Context<'_>) -> Vec<Draft> {
    if context.serials.contains_key(&object.id) {
        return Vec::new();
    }
    let before = old.and_then(|o| o.owned_by.as_ref());
    if new.identity || old.is_some_and(|o| o.identity) || before == new.owned_by.as_ref() {
        return Vec::new();
    }
    let owner = new.owned_by.as_ref().map_or("NONE".to_owned(), |column| column.sql());
    let mut drafts = vec![Draft::new(format!("ALTER SEQUENCE {} OWNED BY {owner}", object.id.sql()))];
    if let Some(column) = new.owned_by.as_ref().filter(|_| old.is_none()) {
        let table = Id::new(Kind::Table, &column.schema, &column.name);
        let there = context.from.get(&table).is_some_and(|o| o.columns().iter().any(|c| c.name == column.part_name()));
        if there && !context.is_new(&table) && new.options.increment > 0 {
            drafts.push(catch_up(&object.id.name_sql(), &table.name_sql(), &column.part_name()));
        }
    }
    drafts
}

pub(super) fn alter(object: &Object, a: &Sequence, b: &Sequence) -> Option<Vec<Draft>> {
    if a.identity && b.identity {
        return Some(Vec::new()); // changed with its column
    }
    if a.identity != b.identity {
        return None;
    }
    let mut drafts = Vec::new();
    let said = changes(&a.options, &b.options);
    let turned = (a.options.increment > 0) != (b.options.increment > 0);
    if !said.is_empty() {
        // one that counts the other way from now on begins anew
        if !turned {
            drafts.extend(move_inside(&a.options, &b.options, &object.id.sql()));
        }
        let restart = if turned { format!(" RESTART WITH {}", b.options.start) } else { String::new() };
        drafts.push(Draft::new(format!("ALTER SEQUENCE {} {}{restart}", object.id.sql(), said.join(" "))));
    }
    if a.unlogged != b.unlogged {
        drafts.push(Draft::new(format!(
            "ALTER SEQUENCE {} SET {}",
            object.id.sql(),
            if b.unlogged { "UNLOGGED" } else { "LOGGED" }
        )));
    }
    Some(drafts)
}

pub(super) fn drop(object: &Object, sequence: &Sequence) -> Vec<Draft> {
    if sequence.identity {
        return Vec::new();
    }
    vec![Draft::new(format!("DROP SEQUENCE {}", object.id.sql())).hazard(Hazard::BreaksApplication)]
}
