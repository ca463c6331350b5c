//! What an analysis says: accesses to relations with their filters, joins, order and assignments.

use crate::ident::Ident;
use crate::snapshot::Oid;

/// A text that could not be analysed, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// PostgreSQL's parser refuses it: cut off, not SQL, or a form that pg_stat_statements breaks (`a is $1`, `fetch $1`).
    #[error("it does not parse: {0}")]
    Syntax(String),
    /// More than one statement.
    #[error("it holds {0} statements")]
    Several(usize),
    /// Nothing but comments and blanks.
    #[error("it holds no statement")]
    Empty,
    /// Nested deeper than is safe to look at.
    #[error("it is nested too deep")]
    TooDeep,
}

/// One statement, looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// What it does.
    pub kind: StatementKind,
    /// Every occurrence of a base relation, in the order of the text; views are looked through.
    pub accesses: Vec<Access>,
    /// `LIMIT` of the outermost query.
    pub limit: Bound,
    /// `OFFSET` of the outermost query.
    pub offset: Bound,
    /// What else the outermost query does to its rows.
    pub top_level: TopLevel,
    /// Relations and columns that the catalog does not know, quoted; system catalogs are not among them.
    pub unresolved: Vec<String>,
}

/// Kinds of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// `SELECT`, `VALUES`, `TABLE`
    Select,
    /// `INSERT`
    Insert,
    /// `UPDATE`
    Update,
    /// `DELETE`
    Delete,
    /// `MERGE`
    Merge,
    /// Everything that touches no rows by a query: `BEGIN`, `SET`, DDL, `EXECUTE` ...
    Utility,
}

/// A row count in `LIMIT` or `OFFSET`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bound {
    /// Not there, or `ALL`, or NULL.
    #[default]
    None,
    /// A constant.
    Constant(i64),
    /// `$n`
    Parameter(i32),
    /// Anything else.
    Expression,
}

/// What the outermost query does to its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopLevel {
    /// Aggregates without GROUP BY: always one row.
    pub aggregates_only: bool,
    /// GROUP BY.
    pub group_by: bool,
    /// DISTINCT.
    pub distinct: bool,
    /// UNION, INTERSECT, EXCEPT.
    pub set_operation: bool,
}

/// `FOR UPDATE`, `FOR SHARE` and their like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowLock {
    /// UPDATE or NO KEY UPDATE, not SHARE.
    pub exclusive: bool,
    /// `SKIP LOCKED`
    pub skip_locked: bool,
    /// `NOWAIT`
    pub nowait: bool,
}

/// What happens to an accessed relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Read.
    Read,
    /// Target of an INSERT.
    Insert,
    /// Target of an UPDATE.
    Update,
    /// Target of a DELETE.
    Delete,
    /// Target of a MERGE.
    Merge,
}

/// One occurrence of a base relation in a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// The relation: a table, partitioned table, partition, foreign table or materialized view, as the statement (or view) names it.
    pub relation: Oid,
    /// Read or written.
    pub role: Role,
    /// Conjuncts of WHERE, ON and HAVING that constrain this relation.
    pub filters: Vec<Filter>,
    /// Equalities with other accesses.
    pub joins: Vec<JoinKey>,
    /// Leading ORDER BY keys of its query level, as long as they are this relation's.
    pub order_by: Vec<SortKey>,
    /// GROUP BY keys of its query level that are this relation's.
    pub group_by: Vec<Target>,
    /// DISTINCT or DISTINCT ON keys of its query level that are this relation's.
    pub distinct: Vec<Target>,
    /// Columns whose minimum or maximum is all that the level asks for: an index gives them without a scan.
    pub min_max: Vec<Ident>,
    /// The query level has a LIMIT.
    pub limited: bool,
    /// The query level locks its rows: `FOR UPDATE SKIP LOCKED`.
    pub row_lock: Option<RowLock>,
    /// Columns that an INSERT, UPDATE or MERGE sets.
    pub assigned: Vec<Assignment>,
    /// ON CONFLICT of an INSERT.
    pub on_conflict: Option<OnConflict>,
    /// Columns the statement looks at, predicates included.
    pub columns_read: ColumnsRead,
    /// The view that the statement named, when the relation was reached through one.
    pub through_view: Option<Oid>,
    /// Query levels above it: 0 is the outermost.
    pub depth: u32,
    /// Its query level refers to columns of an outer one, so it may run once for each outer row.
    pub correlated: bool,
}

/// Columns that a statement looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnsRead {
    /// Whole rows: `*` or the table's name as a value.
    All,
    /// These, in the order of their first use.
    Some(Vec<Ident>),
}

/// One predicate on one relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// What is compared.
    pub target: Target,
    /// How.
    pub operator: FilterOp,
    /// With what.
    pub operand: Operand,
    /// Set when the predicate stands inside an OR: alone it constrains nothing.
    pub disjunct: Option<Disjunct>,
}

/// The place of a filter in an OR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disjunct {
    /// Number of the OR within the statement.
    pub group: u32,
    /// Which of its arms.
    pub arm: u32,
    /// Every arm constrains this relation, so one index per arm can serve the OR.
    pub complete: bool,
}

/// What a predicate, a join, a sort or a grouping works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A column, bare or under a cast that changes nothing.
    Column(Ident),
    /// An expression over columns of one relation, in the form of [`canonical_expression`](super::canonical_expression).
    Expression(String),
    /// Columns compared as a row: `(a, b) > ($1, $2)`.
    Row(Vec<Ident>),
}

impl Target {
    /// The column, if it is one.
    pub fn column(&self) -> Option<&Ident> {
        match self {
            Self::Column(column) => Some(column),
            _ => None,
        }
    }
}

/// How a predicate compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterOp {
    /// `=`; a bare boolean column is `= true`.
    Equal,
    /// `IN (...)`, `= ANY (...)`, an OR of equalities on one column.
    In,
    /// `<`, `<=`, `>`, `>=`; BETWEEN gives two of them.
    Range(RangeSide),
    /// `LIKE`, `ILIKE`, `starts_with`.
    Like {
        /// Whether the pattern begins with fixed text; `None` when it is a parameter.
        anchored: Option<bool>,
        /// `ILIKE`
        case_insensitive: bool,
    },
    /// `IS NULL`
    IsNull,
    /// `IS NOT NULL`
    IsNotNull,
    /// `<>`, `NOT IN`, `<> ALL`
    NotEqual,
    /// An operator on `json` or `jsonb`: `@>`, `?`, `@?` ...
    Json(String),
    /// An operator on arrays: `@>`, `<@`, `&&`.
    Array(String),
    /// `@@` on a `tsvector`.
    TextSearch,
    /// Any other operator or negated test, by its name; no b-tree serves it.
    Other(String),
}

/// Which side of the operand a range comparison keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeSide {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// What a column is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Nothing: `IS NULL`.
    None,
    /// `$n`, also under a cast.
    Parameter(i32),
    /// A constant, as its text without quotes, also under a cast.
    Constant(String),
    /// NULL.
    Null,
    /// The values of an IN list, a row or an ARRAY constructor.
    List(Vec<Operand>),
    /// A column of an access; the access may be the filter's own.
    Column {
        /// Index into [`Analysis::accesses`].
        access: usize,
        /// The column.
        column: Ident,
    },
    /// A sub-query's result.
    Subquery,
    /// An expression without columns, computed once for the statement: `now() - '1 day'::interval`.
    Expression(String),
    /// An expression that changes from row to row.
    Varying,
}

/// An equality with another access.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinKey {
    /// This relation's side.
    pub target: Target,
    /// The other access: an index into [`Analysis::accesses`].
    pub other: usize,
    /// Its side.
    pub other_target: Target,
    /// Whether this relation can be looked up by the key.
    pub side: JoinSide,
}

/// Which way a join may be driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinSide {
    /// Inner join, semi-join: either relation may be looked up for each row of the other.
    Either,
    /// The nullable side of an outer join, or a sub-query run for each outer row: this relation is looked up.
    LookedUp,
    /// All rows of this relation are kept (or drive a sub-query): an index on the key does not help to find them.
    Kept,
}

/// One key of an ORDER BY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// What is sorted by.
    pub target: Target,
    /// `DESC`
    pub descending: bool,
    /// NULLs come first, said or implied.
    pub nulls_first: bool,
}

/// A column that is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The column.
    pub column: Ident,
    /// To what.
    pub value: AssignedValue,
}

/// What a column is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum AssignedValue {
    /// `$n`
    Parameter(i32),
    /// A constant or NULL.
    Constant(String),
    /// Computed from its own old value: `c = c + $1`. Safe against lost updates, unlike a value read before.
    SelfArithmetic,
    /// `DEFAULT`
    Default,
    /// Anything else.
    Expression,
}

/// ON CONFLICT of an INSERT.
#[derive(Debug, Clone, PartialEq)]
pub struct OnConflict {
    /// Columns of the unique index that is looked into; empty when none was named.
    pub columns: Vec<Target>,
    /// `ON CONSTRAINT name`
    pub constraint: Option<Ident>,
    /// `DO UPDATE SET`; empty with DO NOTHING.
    pub assigned: Vec<Assignment>,
}

impl Analysis {
    /// Columns of an access that equal a value the statement brings along, said or implied by joins: with `a.t = b.t` and
    /// `a.t = $1`, `b.t` is `$1` as well. PostgreSQL concludes the same.
    pub fn fixed_columns(&self, access: usize) -> Vec<(&Ident, &Operand)> {
        let Some(start) = self.accesses.get(access) else { return Vec::new() };
        let said = start.filters.iter().map(|f| &f.target);
        let joined = start.joins.iter().map(|j| &j.target);
        let mut columns: Vec<&Ident> = said.chain(joined).filter_map(Target::column).collect();
        columns.sort();
        columns.dedup();
        columns.into_iter().filter_map(|column| Some((column, self.value_of(access, column)?))).collect()
    }

    fn value_of(&self, access: usize, column: &Ident) -> Option<&Operand> {
        let mut seen = vec![(access, column)];
        let mut next = 0;
        while let Some(&(access, column)) = seen.get(next) {
            next += 1;
            let here = &self.accesses[access];
            let is_value = |o: &Operand| !matches!(o, Operand::Column { .. } | Operand::Varying | Operand::None | Operand::Null);
            let fixed = here.filters.iter().find(|f| {
                f.operator == FilterOp::Equal && f.disjunct.is_none() && f.target.column() == Some(column) && is_value(&f.operand)
            });
            if let Some(filter) = fixed {
                return Some(&filter.operand);
            }
            // rows that an outer join keeps are not bound by what holds for the other side
            for join in here.joins.iter().filter(|j| j.side != JoinSide::Kept && j.target.column() == Some(column)) {
                if let Some(other) = join.other_target.column()
                    && !seen.contains(&(join.other, other))
                {
                    seen.push((join.other, other));
                }
            }
        }
        None
    }
}
