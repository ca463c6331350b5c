#!/usr/bin/env python3
"""A snapshot with fewer statements: cut.py SNAPSHOT COUNT OUT. Which ones depends on their texts alone, and a smaller choice is part of a larger one."""

import hashlib
import json
import sys

source, count, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with open(source, encoding="utf-8") as file:
    snapshot = json.load(file)
workload = snapshot["workload"]
statements = workload["statements"]
if len(statements) < count:
    raise SystemExit(f"cut.py: {source} has {len(statements)} statements, {count} are wanted")
order = sorted(statements, key=lambda s: hashlib.sha256(s["fingerprint"].encode()).digest())
wanted = {s["fingerprint"] for s in order[:count]}
workload["statements"] = [s for s in statements if s["fingerprint"] in wanted]
workload["entries"] = count
with open(out, "w", encoding="utf-8") as file:
    json.dump(snapshot, file)
