#!/usr/bin/env python3
"""What a set of indexes is worth to a workload, as HypoPG believes and with the indexes really built.

evaluate.py URL WORKLOAD.sql [INDEXES.sql] [--real] [--each] [--format json]

The cost is the sum of EXPLAIN's total cost, one execution a statement, each configuration on a fresh connection. MB = 10^6 bytes.
Real indexes are built in a transaction that is rolled back: the database stays as it was.
"""

import argparse
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from statements import Psql, read  # noqa: E402


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def cost(session, workload):
    return sum(session.costs([([], s) for s in workload]))


def base(url, workload):
    with Psql(url) as session:
        return cost(session, workload)


def hypothetical(url, workload, indexes):
    """(bytes of each, cost) with HypoPG."""
    with Psql(url) as session:
        session.ask("set client_min_messages = warning", "create extension if not exists hypopg")
        sizes = [
            int(session.value(f"select hypopg_relation_size(indexrelid) from hypopg_create_index({literal(index)})"))
            for index in indexes
        ]
        return sizes, cost(session, workload)


def built(url, workload, indexes):
    """(bytes of each, cost) with the indexes really there."""
    newest = "select pg_relation_size(indexrelid) from pg_index order by indexrelid::bigint desc limit 1"
    with Psql(url) as session:
        session.ask("begin")
        sizes = []
        for index in indexes:
            session.ask(index)
            sizes.append(int(session.value(newest)))
        total = cost(session, workload)
        session.ask("rollback")
        return sizes, total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("workload")
    parser.add_argument("indexes", nargs="?", help="CREATE INDEX statements; the base cost alone without it")
    parser.add_argument("--real", action="store_true", help="build them too")
    parser.add_argument("--each", action="store_true", help="print the size of each")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    given = parser.parse_args()
    workload = read(given.workload)
    indexes = read(given.indexes) if given.indexes else []
    answer = {"statements": len(workload), "base": base(given.url, workload), "indexes": indexes}
    ways = {"hypopg": hypothetical} if indexes else {}
    if indexes and given.real:
        ways["real"] = built
    for name, way in ways.items():
        sizes, total = way(given.url, workload, indexes)
        answer[name] = {"mb": [round(s / 1e6, 2) for s in sizes], "total_mb": round(sum(sizes) / 1e6, 2), "cost": round(total, 2),
                        "reduction": round(100 * (1 - total / answer["base"]), 2)}
    if given.format == "json":
        print(json.dumps(answer))
        return
    print(f"{len(workload)} statements, base cost {answer['base']:,.0f}")
    for name in ways:
        of = answer[name]
        print(f"{name:<8} {len(indexes)} indexes, {of['total_mb']:,.1f} MB, cost {of['cost']:,.0f} ({of['reduction']:.2f} % less)")
    if given.each:
        for place, index in enumerate(indexes):
            print("  " + "  ".join(f"{name} {answer[name]['mb'][place]:8.1f} MB" for name in ways) + f"  {index}")


if __name__ == "__main__":
    main()
