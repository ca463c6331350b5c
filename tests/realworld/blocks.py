"""The statements of a `pg_dump --schema-only` as sorted blocks: two dumps of one schema give the same bytes. blocks.py < DUMP > BLOCKS

Order is no difference, nor is pg_dump's own noise: comments, settings, \\restrict lines, empty lines. A statement in a function's body ends
no block: pg_dump writes a header (`-- Name: ...`) before each object, and that is where blocks begin.
"""

import re
import sys


def clean(block):
    lines = block.splitlines()
    noise = re.compile(r"^(--.*|SET .*;|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*|\s*)$")
    # only at the edges: a function's body may hold such lines itself
    while lines and noise.match(lines[0]):
        lines.pop(0)
    while lines and noise.match(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def options_sorted(block):
    """Storage parameters are kept in the order in which they were given, and mean the same in any."""
    return re.sub(r"(?m)^WITH \((.*)\)", lambda m: "WITH (" + ", ".join(sorted(m.group(1).split(", "))) + ")", block)


def switches(block):
    """A switch is kept as it was written: `on`, `yes` and `true` are one."""
    words = {"on": "true", "yes": "true", "off": "false", "no": "false"}
    one = lambda m: f"{m.group(1)}='{words[m.group(2)]}'" if m.group(1) != "buffering" else m.group(0)
    each = lambda m: re.sub(r"(\w+)='?(on|yes|off|no)'?(?=[,)])", one, m.group(0))
    return re.sub(r"\bWITH \([^()]*\)", each, block)


def columns_sorted(block):
    """Columns of a table, each without its comma: a baseline may add checks behind them."""
    found = re.match(r"(CREATE (?:UNLOGGED |FOREIGN )?TABLE [^\n]*\(\n)(.*?)(\n\).*)", block, re.S)
    if not found:
        return block
    lines = sorted(line.rstrip(",") for line in found.group(2).split("\n"))
    return found.group(1) + "\n".join(lines) + found.group(3)


text = sys.stdin.read()
parts = re.split(r"(?m)^(?=--\n-- Name: )", text)
blocks = sorted(b for b in (switches(options_sorted(columns_sorted(clean(p)))) for p in parts[1:]) if b)
print("\n\n".join(blocks))
