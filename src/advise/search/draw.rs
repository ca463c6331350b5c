//! Values for the parameters of a statement, drawn from the statistics of the columns that they are compared with: typical ones,
//! frequent ones, rare ones. The plans for each are weighed by how often such values are asked for.

use crate::ident::literal;
use crate::query::{Analyzed, Bound, FilterOp, Operand, RangeSide};
use crate::snapshot::statistics::{ColumnStatistics, MOST_COMMON_VALUES};
use crate::snapshot::{Catalog, Relation};

/// `stakind` of a histogram.
const HISTOGRAM: i16 = 2;
/// `stakind` of most common elements.
const ELEMENTS: i16 = 4;
/// A most common value that makes up more than this share is asked for on its own.
const FREQUENT: f64 = 0.05;

/// What kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Typical,
    Frequent,
    Rare,
}

/// One set of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Share of the calls that are like this, 0 to 1.
    pub weight: f64,
    /// The parameters as SQL, in order.
    pub arguments: Vec<String>,
}

/// Sets of values for parameters of these numbers and types; one set where there is nothing to choose from.
pub fn draws(analyzed: &Analyzed, catalog: &Catalog, numbers: &[i32], types: &[String]) -> Vec<Draw> {
    let number = |place: usize| numbers.get(place).copied().unwrap_or(place as i32 + 1);
    let uses: Vec<Option<Use>> = (0..types.len()).map(|place| used(analyzed, catalog, number(place))).collect();
    let of_kind = |kind: Kind| -> Vec<String> {
        uses.iter().zip(types).enumerate().map(|(i, (u, t))| argument(analyzed, number(i), u.as_ref(), t, kind)).collect()
    };
    // shares of values that are frequent and that are rare, of the column that tells most
    let mut shares = (0.0_f64, 0.0_f64);
    for one in uses.iter().flatten().filter(|u| u.is_equality()) {
        let (frequent, rare) = one.shares();
        shares = (shares.0.max(frequent), shares.1.max(rare));
    }
    let mut all = vec![Draw { weight: (1.0 - shares.0 - shares.1).max(0.0), arguments: of_kind(Kind::Typical) }];
    for (weight, kind) in [(shares.0, Kind::Frequent), (shares.1, Kind::Rare)] {
        if weight > 0.0 {
            let arguments = of_kind(kind);
            match all.iter_mut().find(|d| d.arguments == arguments) {
                Some(same) => same.weight += weight,
                None => all.push(Draw { weight, arguments }),
            }
        }
    }
    all.retain(|d| d.weight > 0.001);
    all
}

/// How a parameter is used.
struct Use<'a> {
    operator: FilterOp,
    statistics: Option<&'a ColumnStatistics>,
    /// The column has a bound on the other side too.
    bounded: bool,
    rows: f64,
}

fn used<'a>(analyzed: &Analyzed, catalog: &'a Catalog, number: i32) -> Option<Use<'a>> {
    for access in &analyzed.analysis.accesses {
        for filter in &access.filters {
            if !names(&filter.operand, number) {
                continue;
            }
            let relation: Option<&'a Relation> = catalog.relations.get(&access.relation);
            let column = filter.target.column();
            let statistics = relation.zip(column).and_then(|(r, c)| catalog.column_statistics(r, c));
            let ranges =
                access.filters.iter().filter(|f| f.target == filter.target && matches!(f.operator, FilterOp::Range(_))).count();
            let rows = relation.map_or(1.0, |r| catalog.likely_rows(r));
            return Some(Use { operator: filter.operator.clone(), statistics, bounded: ranges > 1, rows });
        }
    }
    None
}

fn names(operand: &Operand, number: i32) -> bool {
    match operand {
        Operand::Parameter(n) => *n == number,
        Operand::List(items) => items.iter().any(|o| names(o, number)),
        _ => false,
    }
}

impl Use<'_> {
    fn is_equality(&self) -> bool {
        matches!(self.operator, FilterOp::Equal | FilterOp::In)
    }

    fn slot(&self, kind: i16) -> Option<(&[Option<String>], &[f64])> {
        let slot = self.statistics?.slots.iter().find(|s| s.kind == kind)?;
        Some((slot.values.as_deref()?, slot.numbers.as_deref().unwrap_or_default()))
    }

    /// Shares of calls for frequent and for rare values, if values are asked for as often as they occur.
    fn shares(&self) -> (f64, f64) {
        let Some((_, frequencies)) = self.slot(MOST_COMMON_VALUES) else { return (0.0, 0.0) };
        let frequent = frequencies.first().copied().filter(|f| *f >= FREQUENT).unwrap_or(0.0);
        let common: f64 = frequencies.iter().sum();
        let rest = (1.0 - common - self.statistics.map_or(0.0, |s| s.null_frac)).max(0.0);
        (frequent, if frequent > 0.0 { rest } else { 0.0 })
    }

    /// A value of that kind, as text.
    fn value(&self, kind: Kind) -> Option<String> {
        match &self.operator {
            FilterOp::Range(side) => self.bound(*side, kind),
            FilterOp::Array(_) => {
                let (elements, _) = self.slot(ELEMENTS)?;
                let place = match kind {
                    Kind::Frequent => 0,
                    Kind::Typical => elements.len() / 2,
                    Kind::Rare => elements.len().checked_sub(1)?,
                };
                elements.get(place)?.as_ref().map(|e| format!("{{{}}}", quoted(e)))
            }
            FilterOp::Like { .. } => self.equal(kind).map(|v| {
                let start: String = v.chars().take(4).filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
                format!("{start}%")
            }),
            _ => self.equal(kind),
        }
    }

    fn equal(&self, kind: Kind) -> Option<String> {
        let histogram = || self.slot(HISTOGRAM).and_then(|(v, _)| v.get(v.len() / 2)?.clone());
        let Some((values, frequencies)) = self.slot(MOST_COMMON_VALUES).filter(|(v, _)| !v.is_empty()) else {
            return histogram();
        };
        match kind {
            Kind::Frequent => values.first()?.clone(),
            Kind::Rare => histogram().or_else(|| values.last()?.clone()),
            Kind::Typical => {
                let typical = self.statistics?.typical_frequency(self.rows);
                let rest = 1.0 - frequencies.iter().sum::<f64>();
                if rest > 0.5 {
                    return histogram().or_else(|| values.last()?.clone());
                }
                let nearest = frequencies
                    .iter()
                    .enumerate()
                    .min_by(|a, b| (a.1 - typical).abs().total_cmp(&(b.1 - typical).abs()))
                    .map_or(0, |(i, _)| i);
                values.get(nearest)?.clone()
            }
        }
    }

    /// A bound: a tenth of the rows lie on the side that is asked for, of rare ones a hundredth, of frequent ones half.
    fn bound(&self, side: RangeSide, kind: Kind) -> Option<String> {
        let share = match kind {
            Kind::Typical => 0.1,
            Kind::Frequent => 0.5,
            Kind::Rare => 0.01,
        };
        let above = matches!(side, RangeSide::Above | RangeSide::AtLeast);
        let place = match (self.bounded, above) {
            (false, true) => 1.0 - share,
            (false, false) => share,
            (true, true) => 0.5 - share / 2.0,
            (true, false) => 0.5 + share / 2.0,
        };
        let sorted = |values: &[Option<String>]| {
            let at = (place * (values.len() - 1) as f64).round() as usize;
            values.get(at).cloned().flatten()
        };
        match self.slot(HISTOGRAM) {
            Some((values, _)) if !values.is_empty() => sorted(values),
            _ => self.slot(MOST_COMMON_VALUES).and_then(|(v, _)| v.first()?.clone()),
        }
    }
}

/// A parameter as SQL.
fn argument(analyzed: &Analyzed, number: i32, used: Option<&Use>, type_name: &str, kind: Kind) -> String {
    let cast = |text: &str| format!("{}::{type_name}", literal(text));
    let analysis = &analyzed.analysis;
    if analysis.limit == Bound::Parameter(number) {
        let rows = analyzed.statement.rows_per_call().round().clamp(1.0, 1e9);
        return cast(&format!("{}", if analyzed.statement.rows > 0 { rows } else { 20.0 }));
    }
    if analysis.offset == Bound::Parameter(number) {
        return cast("0");
    }
    let value = used.and_then(|u| u.value(kind));
    if let Some(value) = value {
        let list = matches!(used.map(|u| &u.operator), Some(FilterOp::In)) && type_name.ends_with("[]");
        return if list { cast(&format!("{{{}}}", quoted(&value))) } else { cast(&value) };
    }
    match type_name {
        _ if type_name.ends_with("[]") => cast("{}"),
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "oid" => cast("1"),
        "boolean" => cast("true"),
        "text" | "character varying" | "character" | "name" => cast("a"),
        "timestamp without time zone" | "timestamp with time zone" | "date" => cast("2026-01-01"),
        "interval" => cast("1 day"),
        "uuid" => cast("00000000-0000-4000-8000-000000000000"),
        "json" | "jsonb" => cast("{}"),
        _ => format!("NULL::{type_name}"),
    }
}

/// An element of an array's text.
fn quoted(element: &str) -> String {
    format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\""))
}
