#!/usr/bin/env python3
"""What sets of indexes leave of a workload's time when they are really built.

evaluate.py URL STATEMENTS.sql SNAPSHOT [INDEXES.sql ...]

A unit of a statement's cost counts as many milliseconds as the snapshot says it took. Prints one line a set, the first without any:
indexes, MB (10^6 bytes), milliseconds that remain. They are built in a transaction that is rolled back.
"""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from product import normalised  # noqa: E402
from statements import Psql, read  # noqa: E402


def key(text):
    return " ".join(re.sub(r"\b(true|false)\b", "?", normalised(re.sub(r"\$\d+", "?", text)).lower()).split())


def main():
    url, path, snapshot = sys.argv[1:4]
    with open(snapshot, encoding="utf-8") as file:
        ms = {key(s["text"]): s["total_ms"] for s in json.load(file)["workload"]["statements"]}
    counted = [(ms[key(s)], s) for s in read(path) if key(s) in ms and not s.startswith("insert")]
    missing = len(ms) - len(counted)
    session = Psql(url)
    base = None
    for indexes in [[]] + [read(p) for p in sys.argv[4:]]:
        before = int(session.value("select pg_database_size(current_database())"))
        session.ask("begin", *indexes)
        size = int(session.value("select pg_database_size(current_database())")) - before
        costs = session.costs([([], s) for _, s in counted])
        session.ask("rollback")
        base = base or costs
        left = sum(weight * cost / first for (weight, _), cost, first in zip(counted, costs, base))
        print(f"{len(indexes)} {size / 1e6:.1f} {left:.0f}", flush=True)
    session.close()
    print(f"evaluate.py: {len(counted)} statements weighed; {missing} of the snapshot are inserts or others'", file=sys.stderr)


if __name__ == "__main__":
    main()
