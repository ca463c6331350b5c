#!/usr/bin/env python3
"""An index advisor to compare with, by Dexter's rules over HypoPG: suppose everything, keep what plans use.

all_at_once.py URL STATEMENTS.sql      prints CREATE INDEX statements; figures of the run go to standard error as JSON

Candidates are the columns after WHERE, ON, GROUP BY and ORDER BY, alone and in ordered pairs of one table and one statement. For each
statement its own are supposed all at once; it is planned without them, with those of one column, and with all. An index that
a plan uses is kept where the statement's cost falls to half; of two for one statement the pair only where it is better by a fifth.
A kept index that another one begins with is left out.
"""

import itertools
import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from statements import SKIPPED, Psql, read, total_cost  # noqa: E402

FALLS_TO, PAIR_FALLS_TO = 0.5, 0.8
NO_BTREE = {"jsonb", "json", "xml"}


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def used_columns(statement, columns):
    """{table: [columns]} of the clauses that an index can serve; every column is written with its table's alias."""
    text = SKIPPED.sub(" ", statement.lower())
    aliases, found, clauses = {}, {}, ["other"]
    for table, alias in re.findall(r"\b(?:from|join|update)\s+(\w+)\s+(\w+)", text):
        aliases[alias] = table
    for token in re.findall(r"[a-z_]\w*\.[a-z_]\w*|[a-z_]\w*|[()]", text):
        if token == "(":
            clauses.append(clauses[-1])
        elif token == ")":
            clauses.pop()
        elif token in ("select", "from", "set", "limit", "values"):
            clauses[-1] = "other"
        elif token in ("where", "on", "group", "order"):
            clauses[-1] = "used"
        elif clauses[-1] == "used" and "." in token:
            alias, column = token.split(".")
            table = aliases.get(alias)
            if column in columns.get(table, ()) and column not in found.setdefault(table, []):
                found[table].append(column)
    return found


def uses(plan):
    """OIDs of hypothetical indexes in a plan."""
    return {int(oid) for line in plan for oid in re.findall(r"<(\d+)>\w+", line)}


def main():
    url, path = sys.argv[1:3]
    began = time.monotonic()
    session = Psql(url)
    session.ask("set client_min_messages = warning", "create extension if not exists hypopg")
    columns = {}
    rows = session.ask(
        "select c.relname, a.attname, t.typname from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped order by 1, a.attnum"
    )[0]
    for table, column, kind in (row.split("\t") for row in rows):
        if kind not in NO_BTREE:
            columns.setdefault(table, []).append(column)
    there = set()
    for line in session.ask("select indexdef from pg_indexes where schemaname = 'public'")[0]:
        found = re.match(r"CREATE (?:UNIQUE )?INDEX \w+ ON public\.(\w+) USING btree \((.*)\)$", line)
        if found:
            there.add((found.group(1), tuple(found.group(2).split(", "))))
    kept, candidates, plans = {}, set(), 0
    for statement in read(path):
        used = used_columns(statement, columns)
        single = [(t, (c,)) for t, cs in used.items() for c in cs if (t, (c,)) not in there]
        pairs = [(t, pair) for t, cs in used.items() for pair in itertools.permutations(cs[:8], 2) if (t, pair) not in there]
        if not single and not pairs:
            continue
        candidates.update(single + pairs)
        make = [f"select indexrelid from hypopg_create_index({literal(f'create index on {t} ({chr(44).join(c)})')})" for t, c in single + pairs]
        explain = f"explain {statement}"
        answers = session.ask(explain, *make[: len(single)], explain, *make[len(single):], explain, "select hypopg_reset()")
        plans += 3
        oids = [int(a[0]) for a in answers[1: 1 + len(single)] + answers[2 + len(single): -2]]
        by_oid = dict(zip(oids, single + pairs))
        base, one, two = (total_cost(answers[i]) for i in (0, 1 + len(single), -2))
        plan, cost = (answers[-2], two) if two < one * PAIR_FALLS_TO else (answers[1 + len(single)], one)
        if cost <= base * FALLS_TO:
            for oid in uses(plan):
                kept[by_oid[oid]] = kept.get(by_oid[oid], 0.0) + base - cost
    session.close()
    begins = {(t, c[:1]) for t, c in kept if len(c) > 1}
    chosen = sorted(k for k in kept if k not in begins)
    for table, key in chosen:
        print(f"create index on {table} ({', '.join(key)});")
    print(json.dumps({"explains": plans, "seconds": round(time.monotonic() - began, 1), "candidates": len(candidates), "indexes": len(chosen)}), file=sys.stderr)


if __name__ == "__main__":
    main()
