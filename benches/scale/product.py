#!/usr/bin/env python3
"""A product of many tables and what it asks them; one seed gives one product.

product.py tables [--tables N] [--seed N]                    SQL that makes and fills the tables
product.py statements [--tables N] [--seed N] [--count N]    SQL of the workload: COUNT distinct statements, some of them often
product.py once [--tables N] [--seed N] [--count N]          each of them once, for EXPLAIN

Standard library alone.
"""

import argparse
import random
import re

AREAS = (
    "billing crm mail hr stock ship chat cms shop audit auth media project ticket wiki survey event fleet lab legal "
    "loan campus clinic travel energy"
).split()
THINGS = (
    "account address agreement alert asset batch booking branch budget campaign cart category channel claim comment contact "
    "contract customer delivery device discount document draft employee entry file folder goal grant group handover history "
    "invoice item job journal label lead letter license line link list location log machine meeting member message metric note "
    "notice offer option order package page parcel partner payment period person plan policy position post price "
    "product profile queue quote rating receipt record refund region report request reservation resource review role room route "
    "rule sample schedule segment session shift signal site skill slot snippet stage step stop subscription supplier task team "
    "template term test thread token tour transfer trip unit usage vendor version visit voucher warehouse"
).split()
STATES = ["done", "open", "new", "failed", "paused", "archived", "draft"]
KINDS = ["standard", "partner", "internal", "import", "api", "trial", "legacy", "bulk", "manual", "sync"]
ORGS, USERS = 400, 4000


class Table:
    """`columns` is [(name, type, SQL of a value for row g)]; `parents` is {column: table}."""

    def __init__(self, name, rows):
        self.name, self.rows = name, rows
        self.columns, self.parents, self.children, self.indexes = [], {}, [], []

    def has(self, name):
        return any(c == name for c, *_ in self.columns)

    def of_type(self, *types):
        return [c for c, t, _ in self.columns if t in types]


def draw_rows(rng):
    """Most tables are small, some have up to 100,000 rows."""
    low, high = rng.choices([(20, 400), (400, 4000), (4000, 25000), (25000, 100000)], [45, 30, 17, 8])[0]
    return round(low * (high / low) ** rng.random())


def make_table(rng, name, known):
    table = Table(name, draw_rows(rng))
    add = lambda *column: table.columns.append(column)  # noqa: E731
    add("id", "bigint", "g")
    if rng.random() < 0.8:
        add("org_id", "bigint", f"1 + floor({ORGS} * random() ^ 3)::int")
        table.parents["org_id"] = known[0]
    area = name.split("_")[0]
    near = [t for t in known[2:] if t.name.startswith(area + "_")]
    for parent in rng.sample(near, min(len(near), rng.choices([0, 1, 2, 3], [15, 40, 30, 15])[0])):
        column = parent.name.split("_")[-1] + "_id"
        power = rng.choice([1, 2, 4])
        value = f"1 + floor({parent.rows} * random() ^ {power})::int"
        if rng.random() < 0.3:
            value = f"case when random() < {rng.choice([0.2, 0.5, 0.9])} then null else {value} end"
        add(column, "bigint", value)
        table.parents[column] = parent
    if rng.random() < 0.35:
        add("owner_id", "bigint", f"1 + floor({USERS} * random() ^ 2)::int")
        table.parents["owner_id"] = known[1]
    if rng.random() < 0.6:
        picked = rng.sample(STATES, rng.randint(3, 6))
        power = rng.choice([2, 4, 8])
        add("status", "status", f"(array{picked})[1 + floor({len(picked)} * random() ^ {power})::int]")
    if rng.random() < 0.35:
        add("kind", "kind", f"(array{KINDS})[1 + floor({len(KINDS)} * random() ^ 2)::int]")
    add("created_at", "timestamptz", f"timestamptz '2024-01-01' + g * interval '{600 * 86400 // table.rows} seconds' + random() * interval '1 day'")
    if rng.random() < 0.5:
        add("updated_at", "timestamptz", "timestamptz '2025-08-24' - random() ^ 2 * interval '600 days'")
    if rng.random() < 0.3:
        add("deleted_at", "timestamptz", "case when random() < 0.05 then timestamptz '2025-08-24' - random() * interval '300 days' end")
    if rng.random() < 0.3:
        add("due_on", "date", "date '2025-06-01' + floor(random() * 300)::int")
    if rng.random() < 0.5:
        add("name", "text", f"'{name.split('_')[-1]} ' || (g::bigint * 7919) % {max(table.rows * 4 // 5, 1)}")
    if rng.random() < 0.35:
        add("email", "text", "'user' || (g::bigint * 104729) % 1000003 || '@mail' || g % 37 || '.example'")
    if rng.random() < 0.3:
        add("code", "text", "substr(md5(g::text), 1, 10)")
    for column in rng.sample(["amount", "quantity", "priority", "score", "size", "attempts", "position"], rng.choices([0, 1, 2, 3], [20, 40, 25, 15])[0]):
        most, power = {"amount": (100000, 2), "quantity": (50, 3), "priority": (5, 2), "score": (1000, 1), "size": (5000000, 4), "attempts": (8, 4), "position": (200, 1)}[column]
        add(column, "integer", f"floor({most} * random() ^ {power})::int")
    for column in rng.sample(["active", "visible", "locked", "billable"], rng.choices([0, 1, 2], [50, 35, 15])[0]):
        add(column, "boolean", f"random() < {rng.choice([0.03, 0.1, 0.5, 0.95])}")
    if rng.random() < 0.3:
        add("data", "jsonb", "jsonb_build_object('source', g % 9, 'ref', g % 5000, 'tags', jsonb_build_array('t' || g % 40, 't' || g % 7))")
    if rng.random() < 0.4:
        add("body", "text", f"repeat(md5((g % 1000)::text), {rng.choice([1, 2, 6])})")
    # half the tables have their primary key alone
    wanted = rng.choices([0, 1, 2, 3], [50, 25, 15, 10])[0]
    useful = list(table.parents) + [c for c in ("status", "created_at", "email", "code", "due_on") if table.has(c)]
    table.indexes = [[c] for c in rng.sample(useful, min(wanted, len(useful)))]
    if wanted and table.has("org_id") and rng.random() < 0.3:
        table.indexes.append(["org_id", "created_at"])
    for parent in {id(p): p for p in table.parents.values()}.values():
        parent.children.append(table)
    return table


def product(count, seed):
    rng = random.Random(seed)
    orgs, users = Table("organization", ORGS), Table("app_user", USERS)
    orgs.columns = [("id", "bigint", "g"), ("name", "text", "'org ' || g"), ("kind", "kind", f"(array{KINDS})[1 + g % 3]"), ("created_at", "timestamptz", "timestamptz '2023-01-01' + g * interval '1 day'")]
    users.columns = [("id", "bigint", "g"), ("org_id", "bigint", f"1 + floor({ORGS} * random() ^ 3)::int"), ("email", "text", "'user' || g || '@mail.example'"), ("name", "text", "'user ' || g % 2500"),
                     ("active", "boolean", "random() < 0.9"), ("created_at", "timestamptz", "timestamptz '2023-01-01' + g * interval '5 hours'")]
    users.parents, orgs.children = {"org_id": orgs}, [users]
    tables = [orgs, users]
    names = [f"{area}_{thing}" for area in AREAS for thing in rng.sample(THINGS, -(-count // len(AREAS)))]
    for name in names[: count - 2]:
        tables.append(make_table(rng, name, tables))
    return tables


TYPES = {"status": "text", "kind": "text"}


def print_tables(tables, seed):
    print("\\set ON_ERROR_STOP on\nset client_min_messages = warning;\nset synchronous_commit = off;\ncreate extension pg_stat_statements;")
    for place, table in enumerate(tables):
        # foreign keys and an id are never null unless their values say so
        columns = [f"{c} {TYPES.get(t, t)}" + (" not null" if "null" not in v and c != "deleted_at" and t != "jsonb" else "") for c, t, v in table.columns]
        print(f"create table {table.name} ({', '.join(columns)});")
        # a number of its own: the rows do not depend on the tables before
        print(f"select setseed({(seed * 1009 + place) % 1000 / 1000}) \\g /dev/null")
        print(f"insert into {table.name} select {', '.join(v for *_, v in table.columns)} from generate_series(1, {table.rows}) g;")
        print(f"alter table {table.name} add primary key (id), alter id add generated by default as identity (start {table.rows + 1000});")
        for index in table.indexes:
            print(f"create index on {table.name} ({', '.join(index)});")
    for table in tables:
        for column, parent in table.parents.items():
            print(f"alter table {table.name} add foreign key ({column}) references {parent.name} (id);")
    print("vacuum analyze;")


class Writer:
    """Writes statements of one product. Each is a function of a random generator for the constants, so it can be written again with others."""

    def __init__(self, tables, seed):
        self.tables, self.rng = tables, random.Random(seed + 1)
        # some tables are asked all the time, and rather the large ones
        order = list(tables)
        self.rng.shuffle(order)
        self.weights = [(1 / (place + 3) ** 0.6) * (t.rows ** 0.3) for place, t in enumerate(order)]
        self.order = order

    def table(self, least=0):
        while True:
            table = self.rng.choices(self.order, self.weights)[0]
            if table.rows >= least:
                return table

    def value(self, table, column):
        """A function that writes a constant for the column."""
        kind = next(t for c, t, _ in table.columns if c == column)
        if column in table.parents or column == "id":
            most = table.parents[column].rows if column in table.parents else table.rows
            return lambda r: str(1 + int(most * r.random() ** 2))
        return {
            "status": lambda r: f"'{r.choice(STATES)}'",
            "kind": lambda r: f"'{r.choice(KINDS)}'",
            "timestamptz": lambda r: f"'2025-{r.randint(1, 8):02}-{r.randint(1, 28):02} {r.randint(0, 23):02}:00'",
            "date": lambda r: f"'2025-{r.randint(6, 12):02}-{r.randint(1, 28):02}'",
            "integer": lambda r: str(r.randint(0, {"amount": 90000, "size": 900000, "score": 999, "position": 199, "quantity": 40}.get(column, 5))),
            "boolean": lambda r: r.choice(["true", "false"]),
            "text": lambda r: {"email": f"'user{r.randint(1, 999999)}@mail{r.randint(0, 36)}.example'", "name": f"'{table.name.split('_')[-1]} {r.randint(0, table.rows)}'"}.get(column, f"'{r.getrandbits(40):010x}'"),
            "jsonb": lambda r: "'{\"source\": %d}'" % r.randint(0, 8),
            "bigint": lambda r: str(r.randint(1, 1000)),
        }[kind]

    def predicate(self, table, column, alias):
        """A comparison of one column."""
        rng, name, value = self.rng, f"{alias}.{column}", self.value(table, column)
        kind = next(t for c, t, _ in table.columns if c == column)
        if kind in ("timestamptz", "date"):
            if column == "deleted_at" or rng.random() < 0.1:
                return lambda r: f"{name} is null"
            if rng.random() < 0.3:
                days = rng.choice([1, 7, 30])
                cast = "timestamptz" if kind == "timestamptz" else "date"
                return lambda r: (lambda v: f"{name} >= {cast} {v} and {name} < {cast} {v} + {days if kind == 'date' else f'interval {chr(39)}{days} days{chr(39)}'}")(value(r))
            operator = rng.choice([">", ">=", "<"])
            return lambda r: f"{name} {operator} {value(r)}"
        if kind == "boolean":
            return (lambda r: name) if rng.random() < 0.5 else (lambda r: f"not {name}")
        if kind == "jsonb":
            if rng.random() < 0.5:
                return lambda r: f"{name} @> {value(r)}"
            return lambda r: f"{name} ->> 'ref' = '{r.randint(0, 4999)}'"
        if kind == "text":
            if column == "body" or rng.random() < 0.25:
                inner = column == "body" or rng.random() < 0.4
                return lambda r: f"{name} like '{'%' if inner else ''}{value(r)[1:6]}%'"
            if column == "email" and rng.random() < 0.3:
                return lambda r: f"lower({name}) = {value(r)}"
            return lambda r: f"{name} = {value(r)}"
        if kind == "integer" and rng.random() < 0.6:
            operator = rng.choice([">", "<", ">="])
            return lambda r: f"{name} {operator} {value(r)}"
        draw = rng.random()
        if draw < 0.15:
            count = rng.randint(2, 8)  # one length a statement: pg_stat_statements counts each length apart
            return lambda r: f"{name} in ({', '.join(value(r) for _ in range(count))})"
        if draw < 0.2 and column in table.parents:
            return lambda r: f"{name} is not null"
        if draw < 0.25:
            return lambda r: f"{name} <> {value(r)}"
        return lambda r: f"{name} = {value(r)}"

    def predicates(self, table, alias, count):
        """Predicates on some columns: rather on those that products filter by."""
        weight = lambda c: 4 if c == "org_id" else 3 if c in table.parents or c == "status" else 0.3 if c in ("id", "body", "created_at") else 1  # noqa: E731
        columns = [c for c, *_ in table.columns]
        picked = []
        for _ in range(count):
            left = [c for c in columns if c not in picked]
            if left:
                picked.append(self.rng.choices(left, [weight(c) for c in left])[0])
        return [self.predicate(table, c, alias) for c in picked]

    def listed(self, table, alias):
        columns = [c for c, t, _ in table.columns if c != "body"]
        picked = self.rng.sample(columns, min(len(columns), self.rng.randint(1, 6)))
        return f"{alias}.*" if self.rng.random() < 0.25 else ", ".join(f"{alias}.{c}" for c in columns if c in picked)

    def sort(self, table, alias, limited=0.8):
        """ORDER BY, mostly with LIMIT."""
        rng = self.rng
        columns = [c for c, t, _ in table.columns if t in ("timestamptz", "integer", "date", "bigint") or c == "name"]
        picked = rng.sample(columns, rng.choices([1, 2], [75, 25])[0] if len(columns) > 1 else 1)
        order = ", ".join(f"{alias}.{c}{rng.choice(['', ' desc'])}" for c in picked)
        if rng.random() >= limited:
            return lambda r: f" order by {order}"
        return lambda r: f" order by {order} limit {r.choice([1, 10, 20, 50])}"

    def walk(self, count):
        """Tables along foreign keys: [(table, alias, condition of the join)]. At most one step leads to more rows."""
        rng = self.rng
        found = [(self.table(), "t0", None)]
        down = rng.random() < 0.5
        while len(found) < count:
            steps = []
            for table, alias, _ in found:
                steps += [(parent, f"{{}}.id = {alias}.{column}") for column, parent in table.parents.items()]
            if down and len(found) == 1:
                table, alias, _ = found[0]
                children = [(c, k) for c in table.children[:40] for k, p in c.parents.items() if p is table and c.rows <= 60000]
                steps = [(child, f"{{}}.{key} = {alias}.id") for child, key in children] or steps
            if not steps:
                break
            table, condition = rng.choice(steps)
            alias = f"t{len(found)}"
            if any(condition.format("x") == (c or "").replace(f"{a}.", "x.", 1) for _, a, c in found):
                if rng.random() < 0.3:
                    break
                continue
            found.append((table, alias, condition.format(alias)))
        return found

    def write(self):
        shape = self.rng.choices(
            [self.lookup, self.list, self.group, self.join, self.sub, self.update, self.delete, self.insert, self.count, self.union],
            [10, 24, 9, 26, 8, 8, 3, 4, 6, 2],
        )[0]
        return shape()

    def lookup(self):
        table = self.table()
        what = self.listed(table, "t0")
        more = self.predicates(table, "t0", self.rng.choices([0, 1, 2], [50, 35, 15])[0])
        value = self.value(table, "id")
        return lambda r: f"select {what} from {table.name} t0 where t0.id = {value(r)}" + "".join(f" and {p(r)}" for p in more)

    def list(self):
        table = self.table()
        what, where = self.listed(table, "t0"), self.predicates(table, "t0", self.rng.choices([1, 2, 3, 4], [25, 40, 25, 10])[0])
        sort = self.sort(table, "t0") if self.rng.random() < 0.7 else lambda r: ""
        return lambda r: f"select {what} from {table.name} t0 where {' and '.join(p(r) for p in where)}{sort(r)}"

    def count(self):
        table = self.table()
        where = self.predicates(table, "t0", self.rng.choices([1, 2, 3], [40, 40, 20])[0])
        what = self.rng.choice(["count(*)", "count(*) > 0", "max(t0.created_at)", "min(t0.id)"])
        return lambda r: f"select {what} from {table.name} t0 where {' and '.join(p(r) for p in where)}"

    def group(self):
        table = self.table()
        keys = [c for c, t, _ in table.columns if t in ("status", "kind", "boolean", "bigint") and c != "id"]
        key = self.rng.choice(keys) if keys else "created_at::date"
        numbers = table.of_type("integer")
        what = f"sum(t0.{self.rng.choice(numbers)})" if numbers and self.rng.random() < 0.6 else "count(*)"
        where = self.predicates(table, "t0", self.rng.randint(1, 2))
        tail = self.rng.choice(["", f" order by {what} desc limit 10", f" having {what} > 5"])
        return lambda r: f"select t0.{key}, {what} from {table.name} t0 where {' and '.join(p(r) for p in where)} group by t0.{key}{tail}"

    def join(self):
        walked = self.walk(self.rng.choices([2, 3, 4, 5, 6], [45, 25, 15, 10, 5])[0])
        kinds = [self.rng.choices(["join", "left join"], [70, 30])[0] for _ in walked]
        source = walked[0][0].name + " t0" + "".join(f" {k} {t.name} {a} on {on}" for k, (t, a, on) in zip(kinds[1:], walked[1:]))
        where = self.predicates(walked[0][0], "t0", self.rng.randint(1, 2))
        if len(walked) > 1 and self.rng.random() < 0.5:
            table, alias, _ = self.rng.choice(walked[1:])
            where += self.predicates(table, alias, 1)
        tables = self.rng.sample(walked, min(len(walked), 2))
        if self.rng.random() < 0.2:
            table, alias, _ = tables[0]
            head, tail = f"{alias}.id, count(*)", lambda r: f" group by {alias}.id"
        else:
            head = ", ".join(self.listed(t, a) for t, a, _ in tables)
            tail = self.sort(tables[0][0], tables[0][1], 0.9) if self.rng.random() < 0.7 else lambda r: ""
        return lambda r: f"select {head} from {source} where {' and '.join(p(r) for p in where)}{tail(r)}"

    def sub(self):
        while not (table := self.table()).parents:
            pass
        column, parent = self.rng.choice(list(table.parents.items()))
        inner = self.predicates(table, "s", self.rng.randint(1, 2))
        outer = self.predicates(parent, "t0", self.rng.randint(1, 2))
        what = self.listed(parent, "t0")
        draw = self.rng.random()
        if draw < 0.4:
            test = lambda r: f"exists (select from {table.name} s where s.{column} = t0.id and {' and '.join(p(r) for p in inner)})"  # noqa: E731
        elif draw < 0.6:
            test = lambda r: f"not exists (select from {table.name} s where s.{column} = t0.id and {' and '.join(p(r) for p in inner)})"  # noqa: E731
        else:
            test = lambda r: f"t0.id in (select s.{column} from {table.name} s where {' and '.join(p(r) for p in inner)})"  # noqa: E731
        sort = self.sort(parent, "t0") if self.rng.random() < 0.4 else lambda r: ""
        return lambda r: f"select {what} from {parent.name} t0 where {' and '.join(p(r) for p in outer)} and {test(r)}{sort(r)}"

    def changed(self, table):
        columns = [c for c, t, _ in table.columns if c != "id" and c not in table.parents]
        picked = self.rng.sample(columns, min(len(columns), self.rng.randint(1, 3)))
        values = [(c, self.value(table, c)) for c in columns if c in picked]
        return lambda r: ", ".join(f"{c} = {v(r)}" for c, v in values)

    def few(self, table, alias):
        """Predicates that find rows to be changed: by id, or by one key and something else."""
        if self.rng.random() < 0.6 or not table.parents:
            value, more = self.value(table, "id"), self.predicates(table, alias, self.rng.randint(0, 1))
            return lambda r: f"{alias}.id = {value(r)}" + "".join(f" and {p(r)}" for p in more)
        column = self.rng.choice(list(table.parents))
        value, more = self.value(table, column), self.predicates(table, alias, self.rng.randint(0, 2))
        return lambda r: f"{alias}.{column} = {value(r)}" + "".join(f" and {p(r)}" for p in more)

    def update(self):
        table = self.table()
        change, where = self.changed(table), self.few(table, "t0")
        return lambda r: f"update {table.name} t0 set {change(r)} where {where(r)}"

    def delete(self):
        while (table := self.table()).children:
            pass
        where = self.few(table, "t0")
        return lambda r: f"delete from {table.name} t0 where {where(r)}"

    def insert(self):
        table = self.table()
        needed = [c for c, t, v in table.columns if c != "id" and "null" not in v]
        more = [c for c, t, v in table.columns if c != "id" and "null" in v and self.rng.random() < 0.5]
        columns = [c for c, *_ in table.columns if c in needed + more]
        values = [self.value(table, c) for c in columns]
        return lambda r: f"insert into {table.name} ({', '.join(columns)}) values ({', '.join(v(r) for v in values)})"

    def union(self):
        while not (table := self.table()).parents:
            pass
        what = ", ".join(f"t0.{c}" for c, t, _ in table.columns[: self.rng.randint(2, 4)])
        first, second = self.predicates(table, "t0", 2), self.predicates(table, "t0", 1)
        head = f"select {what} from {table.name} t0 where "
        return lambda r: head + " and ".join(p(r) for p in first) + " union all " + head + " and ".join(p(r) for p in second)


def normalised(text):
    """What is the same to pg_stat_statements and to dbharden."""
    text = re.sub(r"'(?:[^']|'')*'|\b\d+\b", "?", text)
    return re.sub(r"\bin \((\?, )*\?\)", "in (?)", text)


def statements(tables, seed, count):
    """[(calls, function of a random generator)], distinct."""
    writer = Writer(tables, seed)
    seen, found = set(), []
    probe = random.Random(0)
    while len(found) < count:
        one = writer.write()
        text = normalised(one(probe))
        if text not in seen:
            seen.add(text)
            # a few statements make up most of the calls
            found.append((max(1, min(60, int(0.8 / writer.rng.random() ** 0.8))), one))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["tables", "statements", "once"])
    parser.add_argument("--tables", type=int, default=500)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tables = product(given.tables, given.seed)
    if given.what == "tables":
        print_tables(tables, given.seed)
        return
    found = statements(tables, given.seed, given.count)
    constants = random.Random(given.seed + 2)
    if given.what == "once":
        for _, one in found:
            print(f"{one(constants)};")
        return
    # in a transaction that is rolled back: the tables stay as they are
    runs = [one for calls, one in found for _ in range(calls)]
    constants.shuffle(runs)
    print("\\o /dev/null\nset statement_timeout = '5s';")
    for one in runs:
        text = one(constants)
        print(f"begin; {text}; rollback;" if not text.startswith("select") else f"{text};")


if __name__ == "__main__":
    main()
