"""The workload of tests/systems/homeowner under the policies that dbharden wrote, with an explicit tenant in each statement instead, and
under the usual hand-written policy. isolation.sh has made the three databases; the connection comes from PGHOST, PGPORT, PGUSER.

Usage: homeowner.py WORKLOAD_FILE...; ROUNDS and SECONDS_EACH as in isolation.sh. Exits 1 when a goal is missed.
"""

import os
import re
import statistics
import subprocess
import sys

ROUNDS = int(os.environ.get("ROUNDS", "9"))
EACH = os.environ.get("SECONDS_EACH", "1")
ROWS = 5  # of parameters, each a statement of its own in one script


def blocks(files):
    """Name, role, parameter query and statement of each block."""
    for file in files:
        for part in re.split(r"^-- name: ", open(file).read(), flags=re.M)[1:]:
            name, *lines = part.splitlines()
            keys, sql, at = {}, [], None
            for line in lines:
                head = re.match(r"-- (\w+): (.*)", line)
                if head:
                    at = head[1]
                    keys[at] = head[2]
                elif line.startswith("--   ") and at == "params":
                    keys[at] += "\n" + line[5:]
                elif not line.startswith("--") and line.strip():
                    sql.append(line)
            yield name.strip(), keys.get("role"), keys.get("params"), "\n".join(sql).strip().rstrip(";")


def psql(sql):
    told = ["psql", "-XqAt", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", "policies"]
    return subprocess.run(told + ["-c", sql], check=True, capture_output=True, text=True).stdout


def parameters(query):
    """Rows of the tenant's own, as the application's role sees them."""
    if not query:
        return [[]]
    found = psql(f"SET app.team_id = '{tenant}'; SET ROLE homeowner_app; SELECT * FROM ({query}) q LIMIT {ROWS}")
    return [line.split("\x1f") for line in found.splitlines()]


def explicit(sql):
    """The same statement with the tenant named."""
    table = re.search(r'(?:FROM|UPDATE) "(\w+)"(?: "(\w+)")?', sql)
    if sql.startswith("INSERT") or not table:
        return sql
    key = f'"{table[2] or table[1]}"."teamId" = :tenant'
    if " WHERE " in sql:
        return sql.replace(" WHERE ", f" WHERE {key} AND ", 1)
    end = re.search(r" (?:ORDER BY|LIMIT) |$", sql).start()
    return f"{sql[:end]} WHERE {key}{sql[end:]}"


def script(name, database, sql, rows):
    arguments, texts = ["-D", f"tenant={tenant}"], []
    for r, row in enumerate(rows):
        # the highest number first: $1 is the begin of $10
        text = sql
        for n in range(len(row), 0, -1):
            text = text.replace(f"${n}", f":p{r}_{n}")
            arguments += ["-D", f"p{r}_{n}={row[n - 1]}"]
        texts.append(text + ";")
    with open(f"{database}.{name}", "w") as file:
        file.write("\n".join(texts) + "\n")
    return ["-f", f"{database}.{name}"] + arguments


def measure(database, role, told):
    """Mean milliseconds of one statement."""
    environment = dict(os.environ, PGOPTIONS=f"-c app.team_id={tenant}")
    ran = subprocess.run(
        ["pgbench", "-n", "-M", "prepared", "-c", "1", "-T", EACH, "-U", role, *told, database],
        capture_output=True, text=True, env=environment,
    )
    found = re.search(r"latency average = ([\d.]+)", ran.stdout)
    if ran.returncode or not found:
        sys.exit(f"pgbench failed on {database}: {ran.stderr}")
    return float(found[1])


tenant = psql('SELECT "teamId" FROM contacts GROUP BY 1 ORDER BY count(*) DESC LIMIT 1').strip()
# before any of them inserts rows that the other databases have not
drawn = [(name, role, sql, parameters(query)) for name, role, query, sql in blocks(sys.argv[1:])]
missed = 0
print(f"\nhomeowner\n{'statement':28} {'explicit ms':>12} {'policies ms':>12} {'usual ms':>12} {'cost':>8} {'gained':>8}")
for name, role, sql, rows in drawn:
    role = "homeowner_app" if role == "homeowner_api" else role
    if not rows:
        print(f"{name:28} the tenant has no row for it")
        continue
    told = {
        "policies": script(name, "policies", sql, rows),
        "explicit": script(name, "explicit", explicit(sql), rows),
        "usual": script(name, "usual", sql, rows),
    }
    times, ratios = {"policies": [], "explicit": [], "usual": []}, []
    for n in range(ROUNDS):
        order = ["policies", "explicit"] if n % 2 else ["explicit", "policies"]
        for database in order + (["usual"] if n < 3 else []):
            times[database].append(measure(database, role, told[database]) / len(rows))
        ratios.append(times["policies"][-1] / times["explicit"][-1])
    e, p, u = (statistics.median(times[d]) for d in ("explicit", "policies", "usual"))
    cost = statistics.median(ratios)
    print(f"{name:28} {e:12.3f} {p:12.3f} {u:12.3f} {cost:8.2f} {u / p:8.1f}")
    if cost > (1.05 if e >= 1 else 1.15):
        print(f"  missed: {name}")
        missed = 1
sys.exit(missed)
