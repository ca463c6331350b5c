#!/usr/bin/env python3
"""An index advisor to compare with: greedy by benefit per byte over HypoPG, with one- and two-column b-trees.

greedy.py URL WORKLOAD.sql --budget MB      prints CREATE INDEX statements; figures of the run go to standard error as JSON

Candidates are the columns that a statement filters, joins, groups or sorts by, alone and in ordered pairs of one table and one statement.
Each round plans every statement that a candidate can concern again, on top of what was chosen, and takes the best that still fits.
"""

import argparse
import itertools
import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from evaluate import literal  # noqa: E402
from statements import SKIPPED, Psql, read, total_cost  # noqa: E402

# below this share of the whole cost, a gain is the planner's noise
LEAST_GAIN = 1e-4


def used_columns(statement, owners):
    """The columns in WHERE, ON, HAVING, GROUP BY and ORDER BY, as {table: [columns]}. Names that two tables have are left out."""
    text = SKIPPED.sub(" ", statement.lower())
    clauses, found = ["other"], {}
    for token in re.findall(r"[a-z_][a-z0-9_$]*|[()]", text):
        if token == "(":
            clauses.append(clauses[-1])
        elif token == ")":
            clauses.pop()
        elif token in ("select", "from", "limit"):
            clauses[-1] = "other"
        elif token in ("where", "on", "having", "group", "order"):
            clauses[-1] = "used"
        elif clauses[-1] == "used" and len(owners.get(token, ())) == 1:
            columns = found.setdefault(owners[token][0], [])
            if token not in columns:
                columns.append(token)
    return found


def tables_read(statement, tables, views):
    words = set(re.findall(r"\w+", statement.lower()))
    for view in words & set(views):
        words |= set(re.findall(r"\w+", views[view].lower()))
    return words & tables


def candidates(used):
    """{(table, columns): [places of the statements that use the first column]}"""
    found = {}
    for place, tables in enumerate(used):
        for table, columns in tables.items():
            for index in [(c,) for c in columns] + list(itertools.permutations(columns, 2)):
                found.setdefault((table, index), [])
    for (table, index), places in found.items():
        places.extend(p for p, tables in enumerate(used) if index[0] in tables.get(table, ()))
    return found


def create(candidate):
    table, columns = candidate
    return f"create index on {table} ({', '.join(columns)})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("workload")
    parser.add_argument("--budget", type=float, required=True, help="MB (10^6 bytes) by HypoPG's estimate")
    given = parser.parse_args()
    began = time.monotonic()
    workload = read(given.workload)
    session = Psql(given.url)
    session.ask("set client_min_messages = warning", "create extension if not exists hypopg")
    owners = {}
    columns = session.ask(
        "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped order by 1, a.attnum"
    )[0]
    for table, column in (line.split("\t") for line in columns):
        owners.setdefault(column, []).append(table)
    open_ = candidates([used_columns(s, owners) for s in workload])

    views = dict(l.split("\t", 1) for l in session.ask(
        "select viewname, regexp_replace(definition, '\\s+', ' ', 'g') from pg_views where schemaname = 'public'")[0])
    tables = {table for named in owners.values() for table in named}
    read_by = [tables_read(s, tables, views) for s in workload]

    costs = session.costs([([], s) for s in workload])
    budget, chosen, sizes = given.budget * 1e6, [], {}
    # {candidate: {place: cost}} on top of what is chosen; a choice outdates it for the statements that read its table
    known = {candidate: {} for candidate in open_}
    while True:
        batch, asked = [], []
        for candidate in sorted(open_):
            places = [p for p in open_[candidate] if p not in known[candidate]]
            if sizes.get(candidate, 0) > budget or not places:
                continue
            batch.append("select hypopg_relation_size(indexrelid), set_config('greedy.made', indexrelid::text, false)"
                         f" from hypopg_create_index({literal(create(candidate))})")
            batch.extend(f"explain {workload[p]}" for p in places)
            batch.append("select hypopg_drop_index(current_setting('greedy.made')::oid)")
            asked.append((candidate, places))
        answers = iter(session.ask(*batch)) if batch else iter(())
        for candidate, places in asked:
            sizes[candidate] = int(next(answers)[0].split("\t")[0])
            known[candidate].update((p, total_cost(next(answers))) for p in places)
            next(answers)
            session.explains += len(places)
        best = None
        for candidate in sorted(open_):
            gain = sum(costs[p] - c for p, c in known[candidate].items())
            if sizes[candidate] > budget or gain <= LEAST_GAIN * sum(costs):
                continue
            worth = gain / max(sizes[candidate], 1)
            if best is None or worth > best[0]:
                best = (worth, candidate)
        if best is None:
            break
        candidate = best[1]
        session.ask(f"select hypopg_create_index({literal(create(candidate))})")
        changed = [p for p, read_ in enumerate(read_by) if candidate[0] in read_]
        for place, cost in zip(changed, session.costs([([], workload[p]) for p in changed])):
            costs[place] = cost
        for other in known.values():
            for place in changed:
                other.pop(place, None)
        chosen.append(candidate)
        budget -= sizes[candidate]
        del open_[candidate]
    session.close()
    for candidate in chosen:
        print(create(candidate) + ";")
    print(json.dumps({"explains": session.explains, "seconds": round(time.monotonic() - began, 1),
                      "mb": round(given.budget - budget / 1e6, 1), "cost": sum(costs), "candidates": len(open_) + len(chosen)}), file=sys.stderr)


if __name__ == "__main__":
    main()
