#!/usr/bin/env python3
"""Compares the plans of two databases, statement by statement.

twin_compare.py script STATEMENTS.sql           a psql script that plans each statement; its output is what the comparison reads
twin_compare.py compare ONE TWO [options]       prints each statement that differs and a line with the shares; exits 2 below the goal

Plans have the same shape when their trees do: types of nodes, relations and indexes, kinds of joins, directions of scans, sort and group
keys, partial modes, parallelism. Costs agree when they differ by at most `--tolerance` of the larger one.
"""

import argparse
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from statements import read  # noqa: E402

MARK = "@@statement"
# of a node, what makes its shape
SHAPE = [
    "Node Type", "Operation", "Strategy", "Partial Mode", "Join Type", "Scan Direction", "Parent Relationship", "Subplan Name",
    "Schema", "Relation Name", "Index Name", "CTE Name", "Function Name", "Sort Key", "Presorted Key", "Group Key", "Grouping Sets",
    "Command", "Parallel Aware", "Subplans Removed",
]


def script(path):
    print("\\set ON_ERROR_STOP off\n\\pset format unaligned\n\\pset tuples_only on")
    for number, statement in enumerate(read(path), 1):
        print(f"\\echo {MARK} {number}\nexplain (format json, costs on) {statement};")


def plans(path):
    """{number: plan, or None where EXPLAIN failed}"""
    with open(path, encoding="utf-8") as file:
        parts = re.split(rf"^{MARK} (\d+)\n", file.read(), flags=re.M)
    found = {}
    for number, text in zip(parts[1::2], parts[2::2]):
        found[int(number)] = json.loads(text)[0]["Plan"] if text.strip() else None
    return found


def names(path):
    """Names to put in the place of others: a line `name<tab>other`, or `name<tab>other<tab>table` where it is so on that table alone."""
    if not path:
        return {}
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file if line.strip()]
    return {(line[0], line[2] if len(line) > 2 else None): line[1] for line in lines}


def node(plan, renamed, relation=None):
    shape = {key: plan[key] for key in SHAPE if key in plan}
    if "Index Name" in shape:
        name = shape["Index Name"]
        shape["Index Name"] = renamed.get((name, relation), renamed.get((name, None), name))
    return shape


def told(shape):
    """A node in a few words."""
    words = [shape.get("Strategy", "") if shape.get("Strategy") != "Plain" else "", shape.get("Partial Mode", "").replace("Simple", ""),
             "Parallel" if shape.get("Parallel Aware") else "", shape.get("Join Type", "") if shape.get("Join Type") != "Inner" else "",
             shape.get("Node Type", "?"), shape.get("Scan Direction", "").replace("Forward", ""), shape.get("Index Name", ""),
             "on " + shape["Relation Name"] if "Relation Name" in shape else "", ", ".join(shape.get("Sort Key", shape.get("Group Key", [])))]
    return " ".join(w for w in words if w)


def difference(one, two, renamed, relation=None):
    """The first nodes, from the top, that differ, in words; None where the trees are the same."""
    relation = two.get("Relation Name", relation)  # a bitmap's index is of the table above it
    left, right = node(one, {}), node(two, renamed, relation)
    if left != right:
        first, second = told(left), told(right)
        if first == second:
            keys = [k for k in SHAPE if left.get(k) != right.get(k)]
            first, second = (f"{told(s)} ({', '.join(f'{k}: {s.get(k)}' for k in keys)})" for s in (left, right))
        return f"{first} | {second}"
    below = one.get("Plans", []), two.get("Plans", [])
    for upper, lower in zip(*below):
        found = difference(upper, lower, renamed, relation)
        if found:
            return found
    if len(below[0]) != len(below[1]):
        return f"{told(left)} of {len(below[0])} | of {len(below[1])}"
    return None


def compare(given):
    one, two, renamed = plans(given.one), plans(given.two), names(given.names)
    texts = read(given.statements) if given.statements else []
    if one.keys() != two.keys():
        raise SystemExit("the two files are not of the same statements")
    same_shape = same = 0
    for number in sorted(one):
        left, right = one[number], two[number]
        text = " ".join(texts[number - 1].split())[:70] if texts else ""
        if left is None or right is None:
            which = "both" if left is None and right is None else "one" if left is None else "two"
            print(f"{number:4} could not be planned in {which}  {text}")
            continue
        costs = left["Total Cost"], right["Total Cost"]
        off = abs(costs[0] - costs[1]) / max(*costs, 1e-9)
        shape = difference(left, right, renamed)
        close = abs(costs[0] - costs[1]) <= given.tolerance * max(costs)
        same_shape += shape is None
        same += shape is None and close
        if not given.quiet and (shape or (not close and not given.shapes)):
            print(f"{number:4} {costs[0]:>12.2f} {costs[1]:>12.2f} {100 * off:>5.1f} %  {shape or 'same shape'}  {text}")
    share, shapes = same / max(len(one), 1), same_shape / max(len(one), 1)
    print(f"{len(one)} statements: {100 * share:.1f} % of the same shape and within {100 * given.tolerance:g} % of cost, {100 * shapes:.1f} % of the same shape")
    return 0 if (shapes if given.shapes else share) >= given.goal else 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("script")
    one.add_argument("statements")
    two = commands.add_parser("compare")
    two.add_argument("one")
    two.add_argument("two")
    two.add_argument("--statements", help="to show the text of what differs")
    two.add_argument("--tolerance", type=float, default=0.01)
    two.add_argument("--goal", type=float, default=0.0, help="the least share, 0 to 1")
    two.add_argument("--shapes", action="store_true", help="the goal is of shapes alone")
    two.add_argument("--names", help="a file of index names of TWO and what they are called in ONE")
    two.add_argument("--quiet", action="store_true", help="the shares alone")
    given = parser.parse_args()
    if given.command == "script":
        script(given.statements)
        return 0
    return compare(given)


if __name__ == "__main__":
    sys.exit(main())
