//! Values for the parameters of a statement, drawn from the statistics of the columns that they are compared with: typical ones,
//! frequent ones, rare ones. The plans for each are weighed by how often such values are asked for.

use crate::ident::Ident;
use crate::query::{Analyzed, Bound, FilterOp, Operand, RangeSide, Target};
use crate::snapshot::statistics::{ColumnStatistics, HISTOGRAM, MOST_COMMON_VALUES};
use crate::snapshot::{Catalog, Relation};
use crate::twin::planner::Argument;

/// `stakind` of most common elements.
const ELEMENTS: i16 = 4;
/// A most common value that makes up more than this share is asked for on its own.
const FREQUENT: f64 = 0.05;

/// Shares of the rows that bounds may leave.
const SHARES: [f64; 7] = [0.001, 0.01, 0.05, 0.3, 0.6, 0.9, 0.999];
/// Most common values that are tried.
const COMMON: usize = 6;
/// Lengths of time that are tried: ages, intervals between runs, what is kept.
const INTERVALS: [&str; 8] = ["1 minute", "1 hour", "7 days", "30 days", "365 days", "1 second", "1 day", "3650 days"];
/// The same as numbers: seconds, days, counts.
const NUMBERS: [&str; 7] = ["60", "3600", "86400", "10", "1000", "604800", "31536000"];

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
    /// The parameters in order.
    pub arguments: Vec<Argument>,
}

/// What the parameters of a statement may be.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Sets of values, as often as such values are taken to be asked for.
    pub draws: Vec<Draw>,
    /// For each parameter other values, in the order in which they are likely.
    pub others: Vec<Vec<Argument>>,
}

/// Values for parameters of these numbers and types.
pub fn draws(analyzed: &Analyzed, catalog: &Catalog, numbers: &[i32], types: &[String]) -> Drawn {
    let number = |place: usize| numbers.get(place).copied().unwrap_or(place as i32 + 1);
    let uses: Vec<Option<Use>> = (0..types.len()).map(|place| used(analyzed, catalog, number(place))).collect();
    let of_kind = |kind: Kind| -> Vec<Argument> {
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
    let optional = crate::query::optional_parameters(analyzed.text());
    let others = uses.iter().zip(types).enumerate().map(|(i, (used, type_name))| {
        let mut values: Vec<Argument> = Vec::new();
        if optional.contains(&number(i)) {
            values.push(Argument::Null);
        }
        let texts = used.as_ref().map(|u| u.others(type_name)).unwrap_or_default();
        values.extend(texts.iter().map(|v| Argument::Text(of_type(used.as_ref(), type_name, v))));
        values
    });
    Drawn { draws: all, others: others.collect() }
}

/// How a parameter is used.
struct Use<'a> {
    operator: FilterOp,
    statistics: Option<&'a ColumnStatistics>,
    /// The column has a bound on the other side too.
    bounded: bool,
    rows: f64,
    /// Its place in a list of several, from 0.
    place: usize,
    /// The column is compared with something computed from the parameter.
    computed: bool,
    /// The column is a boolean.
    flag: bool,
    /// The column is compared in one case of letters.
    case: Option<Case>,
}

#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
}

impl Case {
    fn of(self, value: String) -> String {
        match self {
            Case::Lower => value.to_lowercase(),
            Case::Upper => value.to_uppercase(),
        }
    }
}

/// The column that a target is about, and whether it is compared in one case.
fn about(target: &Target) -> Option<(Ident, Option<Case>)> {
    match target {
        Target::Column(column) => Some((column.clone(), None)),
        Target::Expression(sql) => {
            let case = [("lower(", Case::Lower), ("upper(", Case::Upper)].into_iter().find(|(f, _)| sql.starts_with(f))?.1;
            match crate::query::columns_of(sql)?.as_slice() {
                [one] => Some((Ident::new(one.as_str()), Some(case))),
                _ => None,
            }
        }
        Target::Row(_) => None,
    }
}

fn used<'a>(analyzed: &Analyzed, catalog: &'a Catalog, number: i32) -> Option<Use<'a>> {
    let mut computed = None;
    for access in &analyzed.analysis.accesses {
        for filter in &access.filters {
            let Some(how) = names(&filter.operand, number) else { continue };
            let relation: Option<&'a Relation> = catalog.relations.get(&access.relation);
            let column = about(&filter.target);
            let case = column.as_ref().and_then(|(_, case)| *case);
            let column = column.as_ref().map(|(column, _)| column);
            let statistics = relation.zip(column).and_then(|(r, c)| catalog.column_statistics(r, c));
            let ranges =
                access.filters.iter().filter(|f| f.target == filter.target && matches!(f.operator, FilterOp::Range(_))).count();
            let rows = relation.map_or(1.0, |r| catalog.likely_rows(r));
            let flag = relation.zip(column).and_then(|(r, c)| r.column(c.raw())).is_some_and(|c| c.type_name == "boolean");
            let (operator, bounded) = (filter.operator.clone(), ranges > 1);
            let found = |place, computed| Use { operator, statistics, bounded, rows, place, computed, flag, case };
            match how {
                How::Itself(place) => return Some(found(place, false)),
                How::Within => computed = computed.or_else(|| Some(found(0, true))),
            }
        }
    }
    computed
}

/// How an operand names a parameter.
enum How {
    /// It is the parameter, the n-th of a list.
    Itself(usize),
    /// It is computed from it.
    Within,
}

fn names(operand: &Operand, number: i32) -> Option<How> {
    match operand {
        Operand::Parameter(n) if *n == number => Some(How::Itself(0)),
        Operand::List(items) => items.iter().enumerate().find_map(|(place, o)| match names(o, number)? {
            How::Itself(_) => Some(How::Itself(place)),
            How::Within => Some(How::Within),
        }),
        // both sides in one case of letters
        Operand::Expression(sql) if folded(sql) == Some(number) => Some(How::Itself(0)),
        Operand::Expression(sql) => {
            let name = format!("${number}");
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
            sql.match_indices(&name).any(|(at, _)| ends(&sql[at + name.len()..])).then_some(How::Within)
        }
        _ => None,
    }
}

/// The parameter in `upper($1)` and `lower($1::text)`.
fn folded(sql: &str) -> Option<i32> {
    let inner = sql.strip_prefix("upper(").or_else(|| sql.strip_prefix("lower("))?.strip_suffix(')')?;
    inner.strip_prefix('$')?.split("::").next()?.parse().ok()
}

impl Use<'_> {
    fn is_equality(&self) -> bool {
        !self.computed && matches!(self.operator, FilterOp::Equal | FilterOp::In)
    }

    /// A boolean compared with what was a constant, most likely: the same in every call.
    fn is_flag(&self) -> bool {
        self.flag && self.is_equality()
    }

    fn slot(&self, kind: i16) -> Option<(&[Option<String>], &[f64])> {
        let slot = self.statistics?.slots.iter().find(|s| s.kind == kind)?;
        Some((slot.values.as_deref()?, slot.numbers.as_deref().unwrap_or_default()))
    }

    /// Shares of calls for frequent and for rare values, if values are asked for as often as they occur. Of a flag nobody knows which
    /// one is asked for.
    fn shares(&self) -> (f64, f64) {
        if self.is_flag() {
            return (0.5, 0.0);
        }
        let Some((_, frequencies)) = self.slot(MOST_COMMON_VALUES) else { return (0.0, 0.0) };
        let frequent = frequencies.first().copied().filter(|f| *f >= FREQUENT).unwrap_or(0.0);
        let common: f64 = frequencies.iter().sum();
        let rest = (1.0 - common - self.statistics.map_or(0.0, |s| s.null_frac)).max(0.0);
        (frequent, if frequent > 0.0 { rest } else { 0.0 })
    }

    /// A value of that kind, as text.
    fn value(&self, kind: Kind) -> Option<String> {
        if self.computed {
            return None;
        }
        self.plain_value(kind).map(|v| self.case.map_or_else(|| v.clone(), |case| case.of(v.clone())))
    }

    fn plain_value(&self, kind: Kind) -> Option<String> {
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
            return self.slot(HISTOGRAM).and_then(|(v, _)| v.get((v.len() / 2 + self.place) % v.len().max(1))?.clone());
        };
        if self.is_flag() {
            return Some(
                if (values.first()?.as_deref() == Some("t")) == (kind == Kind::Frequent) { "t" } else { "f" }.to_owned(),
            );
        }
        if self.place > 0 {
            return values.get(self.place % values.len())?.clone();
        }
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
        self.bound_for(side, share)
    }

    /// The bound that leaves this share of the rows.
    fn bound_for(&self, side: RangeSide, share: f64) -> Option<String> {
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

impl Use<'_> {
    /// Other values, as text.
    fn others(&self, type_name: &str) -> Vec<String> {
        let of_type = || match type_name {
            "interval" => INTERVALS.map(str::to_owned).to_vec(),
            "boolean" => vec!["true".to_owned(), "false".to_owned()],
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => NUMBERS.map(str::to_owned).to_vec(),
            "text" | "character varying" if self.computed => NUMBERS.map(str::to_owned).to_vec(),
            _ => Vec::new(),
        };
        let found: Vec<Option<String>> = match &self.operator {
            FilterOp::Range(side) if !self.computed || type_name.starts_with("timestamp") || type_name == "date" => {
                SHARES.iter().map(|share| self.bound_for(*side, *share)).collect()
            }
            _ if self.is_flag() => vec![Some("true".to_owned()), Some("false".to_owned())],
            FilterOp::Equal | FilterOp::In | FilterOp::NotEqual if !self.computed => {
                let common: Option<Vec<_>> = self.slot(MOST_COMMON_VALUES).map(|(v, _)| v.iter().take(COMMON).cloned().collect());
                let middle = self.slot(HISTOGRAM).and_then(|(v, _)| v.get(v.len() / 2).cloned().flatten());
                common.unwrap_or_default().into_iter().chain([middle]).collect()
            }
            _ if self.computed => of_type().into_iter().map(Some).collect(),
            _ => Vec::new(),
        };
        let mut all: Vec<String> = Vec::new();
        for value in found.into_iter().flatten().map(|v| self.case.map_or_else(|| v.clone(), |case| case.of(v.clone()))) {
            if !all.contains(&value) {
                all.push(value);
            }
        }
        all
    }
}

/// A value; where an array is compared with, as one of one element.
fn of_type(used: Option<&Use>, type_name: &str, value: &str) -> String {
    let list = type_name.ends_with("[]") && used.is_some_and(|u| !u.computed && !matches!(u.operator, FilterOp::Array(_)));
    if list { format!("{{{}}}", quoted(value)) } else { value.to_owned() }
}

/// The value of a parameter.
fn argument(analyzed: &Analyzed, number: i32, used: Option<&Use>, type_name: &str, kind: Kind) -> Argument {
    let cast = |text: &str| Argument::Text(text.to_owned());
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
        return Argument::Text(of_type(used, type_name, &value));
    }
    if used.is_some_and(|u| !u.computed || matches!(u.operator, FilterOp::Equal | FilterOp::In)) {
        return Argument::Unknown; // what it is compared with has no values that are known
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
        _ => Argument::Unknown,
    }
}

/// An element of an array's text.
fn quoted(element: &str) -> String {
    format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\""))
}
