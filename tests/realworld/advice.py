"""Whether advice brings back the indexes that a product's authors made. Standard library and psql; see advice.sh.

    advice.py truth URL STATE LOG             which indexes that are no rule the workload's plans use, after its first run
    advice.py drop URL STATE                  drops every index that is no rule
    advice.py judge URL STATE LOG PLAN...     compares the proposals of PLAN (JSON) with them; builds both to ask for costs
    advice.py build URL PLAN                  makes the indexes that PLAN proposes
    advice.py spent URL                       database time and blocks of the last run, as the server counted them
    advice.py table FOLDER PRODUCT...         the figures of each that was judged

used: a plan of the workload uses it; needed: a statement costs over 10 % more without all that were dropped; worth: that saves 0.01 % of
the time. Of these come back: strict (the same leading columns), loose (in another order, or as cheap and by the first column), and cheap
(their statements cost as little with the proposals, whatever their columns). own: what is worth that much when it alone is gone; an
index beside which another one does the same work is not. Of these come back: own strict, and own work (strict, the same two columns, or its
statements are as cheap by a proposal that begins with a column that it is on).

A strict extra serves no statement by a third (useless), or begins with a column that no dropped index begins with; an extra does not do
the work of one either. One that pays is measured: its statements are run with it and without, its writes likewise; it saves 0.1 % of the
time and at least twice what it costs. Other costs are the planner's; `spent` is what the server took.

LOG is the server's csvlog of a run with log_min_duration_statement = 0: statements are planned with the values that the product gave
them. A statement inside of a function is in no log; it is planned for any values, as the function plans it.
"""

import collections
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../benches"))
import statements as sql_text  # noqa: E402

EXAMPLES = 6  # of a statement that are planned
SAME = 1.1  # costs this close are the same
FALLS = 2 / 3  # what is left of a statement's cost where an index serves it
LITTLE = 0.0001  # share of all time; who saves less is not asked for (`min_share` of the check)
PAYS = 0.001  # share of all time that an index must really save that no author thought of
TWICE = 2  # and so many times what its writes cost
RUNS = 3  # of each measured statement; the quickest counts
COPIED = 20_000  # rows at most that are written to measure what an index costs

# no rule: backs no constraint, is neither unique nor an exclusion; of a partitioned index the parts go with the whole
ADVISORY = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid),
       (coalesce((select relid from pg_partition_ancestors(i.indrelid) relid order by (
            select count(*) from pg_partition_ancestors(relid)) limit 1), i.indrelid))::regclass::text,
       (select json_agg(pg_get_indexdef(i.indexrelid, k, true) order by k) from generate_series(1, i.indnkeyatts) k),
       coalesce(pg_get_expr(i.indpred, i.indrelid, true), ''),
       i.indrelid::regclass::text,
       coalesce((select idx_scan from pg_stat_user_indexes s where s.indexrelid = i.indexrelid), 0)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
where {which} and n.nspname !~ '^(pg_|information_schema$)' and c.relkind in ('i', 'I')
  and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
order by 1
"""
NO_RULE = "not i.indisunique and not i.indisexclusion and not exists (select from pg_constraint k where k.conindid = i.indexrelid)"
RULE = f"not ({NO_RULE})"


class Session:
    """Batches of statements in one psql each; a statement that fails answers with its error."""

    def __init__(self, url):
        self.url = url

    def ask(self, asked, before=()):
        with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
            for line in before:
                file.write(line + ";\n")
            for number, one in enumerate(asked):
                parts = [one] if isinstance(one, str) else one
                file.write(f"\\echo @@begin {number}\n\\warn @@begin {number}\n")
                for part in parts:
                    file.write(f"{part}\n;\n")
            file.flush()
            os.chmod(file.name, 0o644)
            done = subprocess.run(["psql", "-XAtq", "-F", "\t", "-f", file.name, self.url], capture_output=True, text=True)
        cut = lambda text: {int(n): t.strip("\n") for n, t in re.findall(r"@@begin (\d+)\n(.*?)(?=@@begin \d+\n|\Z)", text, re.S)}
        out, err = cut(done.stdout), cut(done.stderr)
        failed = lambda text: "ERROR:" in text or "FATAL:" in text
        return [(out.get(n, ""), err.get(n, "") if failed(err.get(n, "")) else "") for n in range(len(asked))]

    def must(self, statement, before=()):
        out, error = self.ask([statement], before)[0]
        if error:
            raise SystemExit(f"{statement}\n{error}")
        return out

    def rows(self, statement):
        return json.loads(self.must(f"select coalesce(json_agg(to_json(x)), '[]') from ({statement}) x"))


def indexes(session, which):
    names = ["name", "definition", "table", "keys", "predicate", "on", "scans"]
    text = ADVISORY.format(which=which).strip()
    return [dict(zip(names, row.values())) for row in session.rows(f"select * from ({text}) as t(a, b, c, d, e, f, g)")]


def title(index):
    where = f" where {index['predicate']}" if index["predicate"] else ""
    return f"{index['table']} ({', '.join(index['keys'])}){where}"


# ---- what the product sent

VERBS = re.compile(r"\s*\(*\s*(select|with|insert|update|delete|merge|values)\b", re.I)


def bare(text):
    """A statement without its values, be they in its text or not."""
    text = re.sub(r"\s+", " ", re.sub(r"'(?:[^']|'')*'|\$\d+|\b\d+(?:\.\d+)?\b", "?", text)).strip()
    return re.sub(r"\((?:\?(?:, ?)?)+\)", "(?)", text)[:4000]


def examples(log):
    """{statement without its values: [(text, values or None)]}, a few of each, from all of the run."""
    found, seen = collections.defaultdict(list), collections.Counter()
    csv.field_size_limit(1 << 30)
    with open(log, newline="", encoding="utf-8", errors="replace") as file:
        for row in csv.reader(file):
            if len(row) < 15:
                continue
            message = re.match(r"duration: \S+ ms  (?:statement|execute [^:]*): (.*)", row[13], re.S)
            if not message:
                continue
            values = None
            detail = re.match(r"[Pp]arameters: (.*)", row[14], re.S)
            if detail:
                values = [v for _, v in re.findall(r"\$(\d+) = (NULL|'(?:[^']|'')*')", detail.group(1))]
            for text in sql_text.split(message.group(1)):
                if not VERBS.match(text) or len(text) > 200_000:
                    continue
                same = bare(text)
                seen[same] += 1
                if len(found[same]) < EXAMPLES:
                    found[same].append((text, values))
                elif seen[same] & (seen[same] - 1) == 0:  # the 8th, 16th, 32nd ... take their turns
                    found[same][seen[same].bit_length() % EXAMPLES] = (text, values)
    return found


def question(text, values):
    if values:
        return ["deallocate all", f"prepare asked as {text}", f"explain (verbose, format json) execute asked({', '.join(values)})"]
    return [f"explain (verbose, format json) {text}"]


def dense(text):
    """pg_stat_statements counts the constants of a function's statement from beyond its variables: $16 without a $1 is no parameter."""
    order = {n: place for place, n in enumerate(sorted({int(n) for n in re.findall(r"\$(\d+)", text)}), 1)}
    return re.sub(r"\$(\d+)", lambda m: f"${order[int(m.group(1))]}", text)


def generic(text):
    text = dense(text)
    numbers = [int(n) for n in re.findall(r"\$(\d+)", text)]
    nulls = f"({', '.join(['null'] * max(numbers))})" if numbers else ""
    forced = ["deallocate all", "set plan_cache_mode = force_generic_plan", f"prepare asked as {text}"]
    return forced + [f"explain (verbose, format json) execute asked{nulls}", "reset plan_cache_mode"]


def written(text, body):
    """A function's statement as its body has it, with the constants that pg_stat_statements leaves out."""
    gap = r"\s+(?:into\s+[\w.]+\s*)?"
    parts = re.split(r"\$\d+", text.strip().rstrip(";"))
    flexible = [gap.join(re.escape(word) for word in re.split(r"\s+", part)) for part in parts]
    found = re.search(r"('(?:[^']|'')*'|[\w.]+)".join(flexible), body, re.I)
    return re.sub(r"\binto\s+[\w.]+(?=\s*$|\s+from\b)", "", found.group(0), flags=re.I) if found else None


def repaired(session, texts):
    """A statement of a function names the function's variables, and a trigger's NEW and OLD: they become parameters of their types."""
    functions = session.rows("""
        select p.prosrc as body, (select coalesce(json_object_agg(n, format_type(t, null)), '{}')
                   from unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[])) as u(n, t) where n <> '') as variables,
               (select min(t.tgrelid::regclass::text) from pg_trigger t where t.tgfoid = p.oid) as row
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname !~ '^(pg_|information_schema)' and p.prolang <> 12""")
    done = {}
    for text in texts:
        for function in functions:
            new = written(text, function["body"])
            if not new:
                continue
            number = max([int(n) for n in re.findall(r"\$(\d+)", new)] or [0])
            variables = dict(function["variables"])
            if function["row"]:
                variables |= {"new": function["row"], "old": function["row"]}
            for name, kind in sorted(variables.items()):
                pattern = re.compile(rf'(?<![\w."$]){re.escape(name)}(?![\w(])', re.I)
                if pattern.search(new):
                    number += 1
                    new = pattern.sub(f"(${number}::{kind})", new)
            new = dense(new)
            if not session.ask([["deallocate all", f"prepare asked as {new}"]])[0][1]:
                done[text] = new
                break
    return done


def nodes(plan):
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def explained(answer):
    out, error = answer
    if error or not out.startswith("["):
        return None
    whole = json.loads(out)[0]
    found = list(nodes(whole["Plan"]))
    used = sorted({f"{n['Index Name']}" for n in found if "Index Name" in n})
    brief = " < ".join(
        n["Node Type"] + (f" {n['Index Name']}" if "Index Name" in n else f" {n['Relation Name']}" if "Relation Name" in n else "")
        for n in found if "Index Name" in n or "Relation Name" in n
    )
    return {"cost": whole["Plan"]["Total Cost"], "uses": used, "id": whole.get("Query Identifier"), "brief": brief}


def reason(error):
    """The first error of what psql prints."""
    return error.split("ERROR:")[1].splitlines()[0].strip() if "ERROR:" in error else error.strip()


def counted(session):
    text = """select queryid, query, sum(calls) as calls, sum(total_exec_time) as ms, sum(shared_blks_hit + shared_blks_read) as blocks from pg_stat_statements
              where dbid = (select oid from pg_database where datname = current_database()) group by 1, 2 order by 4 desc"""
    own = lambda s: VERBS.match(s["query"]) and not re.search(r"\bpg_(stat|index|class|catalog|get|partition|namespace|attribute)", s["query"])
    return [s for s in session.rows(text) if own(s)]


def known(session, log, state):
    """The statements that were counted, each with the questions that ask for its plan."""
    found = examples(log)
    flat = [(same, example) for same, list_of in found.items() for example in list_of]
    answers = [explained(a) for a in session.ask([question(*example) for _, example in flat])]
    asked, alike = collections.defaultdict(list), collections.defaultdict(list)
    for (same, example), plan in zip(flat, answers):
        if plan:
            asked[plan["id"]].append(question(*example))
            alike[same].append(question(*example))
    statements = state.setdefault("statements", {})
    for s in counted(session):
        one = statements.setdefault(str(s["queryid"]), {"text": s["query"], "questions": [], "calls": 0, "ms": 0.0})
        one["calls"], one["ms"] = s["calls"], s["ms"]
        # a client that says what types its parameters have makes another identifier of the same text
        one["questions"] = (one["questions"] + (asked.get(s["queryid"]) or alike.get(bare(s["query"]), [])))[-2 * EXAMPLES:]
    anonymous = [one for one in statements.values() if not one["questions"]]
    repairs = repaired(session, [one["text"] for one in anonymous])
    for one in anonymous:
        one["questions"], one["generic"] = [generic(repairs.get(one["text"], one["text"]))], True


def plans(session, state, keys=None, gone=None):
    """{statement: (mean cost, indexes used, a plan)}, of all or of these, as it is or with this index gone."""
    wanted = state["statements"] if keys is None else keys
    flat = [(key, q) for key in wanted for q in state["statements"][key]["questions"]]
    answers = session.ask([q for _, q in flat], ["begin", f"drop index {gone}"] if gone else [])
    by = collections.defaultdict(list)
    for (key, _), answer in zip(flat, answers):
        plan = explained(answer)
        if plan:
            by[key].append(plan)
        else:
            state["statements"][key]["error"] = reason(answer[1])
    return {
        key: {"cost": sum(p["cost"] for p in all_of) / len(all_of), "uses": sorted({u for p in all_of for u in p["uses"]}), "brief": all_of[-1]["brief"]}
        for key, all_of in by.items()
    }


# ---- the three steps


def truth(session, path, log):
    state = {}
    there = indexes(session, NO_RULE)
    known(session, log, state)
    found = plans(session, state)
    used = {}
    for index in there:
        short = index["name"].split(".")[-1].strip('"')
        by = [key for key, plan in found.items() if short in plan["uses"]]
        if index["scans"] > 0 or by:
            one = used.setdefault(title(index), dict(index, scans=0, names=[], by=[]))
            one["names"].append(short)
            one["scans"] += index["scans"]
            one["by"] = sorted(set(one["by"]) | set(by))
    state["dropped"], state["used"] = there, used
    with open(path, "w", encoding="utf-8") as file:
        json.dump(state, file)
    unplanned = [s for s in state["statements"].values() if "error" in s]
    print(f"  {len(there)} indexes that are no rule, {len(used)} used; {len(state['statements'])} statements, {len(unplanned)} not planned here")


def drop(session, path):
    with open(path, encoding="utf-8") as file:
        state = json.load(file)
    for index in state["dropped"]:
        session.must(f"drop index {index['name']}")


def proposals(session, report):
    """Builds what is proposed; [index as `indexes` gives it, with its finding]."""
    built = []
    before = {i["name"] for i in indexes(session, NO_RULE)}
    for finding in report["findings"]:
        if finding["check"] != "missing-index":
            continue
        what = finding["evidence"].get("definition")
        if not what:
            what = "btree " + re.search(r"no index on (\(.*?\)); \d+ statements? of", finding["message"]).group(1)
        if not what.startswith(("USING", "using")):
            what = f"using {what}"
        session.must(f"create index on {finding['object']} {what}")
        session.must(f"analyze {finding['object']}")
        new = [i for i in indexes(session, NO_RULE) if i["name"] not in before]
        before |= {i["name"] for i in new}
        built.extend(dict(i, finding=finding) for i in new)
    return built


def build(session, path):
    with open(path, encoding="utf-8") as file:
        proposals(session, json.load(file))
    session.must("vacuum analyze")


def spent(session):
    own = counted(session)
    print(f"{sum(s['ms'] for s in own):.0f} ms, {sum(s['blocks'] for s in own) / 1000:.0f},000 blocks")


def parts(session, index):
    """Names of an index and of its partitions' parts, as plans name them."""
    text = f"""select relid::regclass::text as name from pg_partition_tree('{index['name'].replace("'", "''")}'::regclass)
               union select '{index['name'].replace("'", "''")}'"""
    return {row["name"].split(".")[-1].strip('"') for row in session.rows(text)}


def executed(session, asked, before):
    """Milliseconds that each of these questions takes when it is run, after these statements; all of it is undone."""
    run = lambda q: [part.replace("explain (verbose, format json)", "explain (analyze, timing off, format json)") for part in q]
    whole = [part for q in asked for _ in range(RUNS) for part in (["begin", *before, *run(q), "rollback"],)]
    times = []
    for out, error in session.ask(whole, ["set statement_timeout = '20s'"]):
        found = re.search(r'"Execution Time": ([\d.]+)', out)
        times.append(float(found.group(1)) if found and not error else None)
    runs = [[t for t in times[n : n + RUNS] if t is not None] for n in range(0, len(times), RUNS)]
    return [min(of) if of else None for of in runs]


def pays(session, state, one, users):
    """Milliseconds of the run that an index saves, and that its writes cost, as measured; of statements whose values are known."""
    quoted = one["table"].replace("'", "''")
    table = f"'{quoted}'::regclass"
    counted = f"""select n_tup_ins + n_tup_upd as rows from pg_stat_user_tables
                  where relid = {table} or relid in (select relid from pg_partition_tree({table}))"""
    writes = sum(row["rows"] for row in session.rows(counted))
    saved = 0.0
    for s in (state["statements"][k] for k in users):
        if s.get("generic") or not s["questions"] or not s["calls"]:
            continue
        beside, without = (executed(session, s["questions"], gone) for gone in ([], [f"drop index {one['name']}"]))
        both = [(b, w) for b, w in zip(beside, without) if b is not None and w is not None]
        if both:
            saved += min(s["calls"] * sum(w - b for b, w in both) / len(both), s["ms"])
    fill = [f"explain (verbose, format json) insert into dbharden_copy select * from {one['table']} limit {COPIED}"]
    like = [f"create table dbharden_copy (like {one['table']})"]
    index = re.sub(r"^CREATE INDEX .*? ON (ONLY )?.*? USING ", "create index on dbharden_copy using ", one["definition"])
    plain, indexed = (executed(session, [fill], before)[0] for before in (like, [*like, index]))
    rows = min(int(session.must(f"select count(*) from {one['table']}")), COPIED)
    known = None not in (plain, indexed) and rows > 0
    return saved, writes * max(indexed - plain, 0) / rows if known else float("inf")


def cost(state, found, keys):
    return sum(found[k]["cost"] * max(state["statements"][k]["calls"], 1) for k in keys)


def begins_alike(one, other):
    return one["table"] == other["table"] and one["keys"][0] == other["keys"][0]


def advised_by(session, state, plan_path, measured=False):
    """The report, its indexes, and the plans with them; they are gone again afterwards."""
    with open(plan_path, encoding="utf-8") as file:
        report = json.load(file)
    built = proposals(session, report)
    for one in built:
        one["parts"] = parts(session, one)
    found = plans(session, state)
    for one in built:
        users = [k for k, p in found.items() if one["parts"] & set(p["uses"])]
        one["alone"] = plans(session, state, users, one["name"])
        if measured and not any(begins_alike(one, d) for d in state["dropped"]):
            one["pays"] = pays(session, state, one, users)
    for one in built:
        session.must(f"drop index {one['name']}")
    return report, built, found


def marginal(session, state, original):
    """For each index that was used, the plans of its statements when it alone is gone."""
    names = {i["name"]: title(i) for i in state["dropped"]}
    found = collections.defaultdict(dict)
    for name, one in ((n, state["used"][t]) for n, t in names.items() if t in state["used"]):
        short = name.split(".")[-1].strip('"')
        users = [k for k, p in original.items() if (short in p["uses"] or set(one["names"]) & set(p["uses"]))]
        for key, plan in plans(session, state, users, name).items():
            before = found[title(one)].get(key)
            found[title(one)][key] = plan if before is None or plan["cost"] > before["cost"] else before
    return found


def about(index):
    """Columns that an index is on: of its keys and of the rows that it holds."""
    return set(index["keys"]) | set(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r"'[^']*'(::[\w. ]+)?", "", index["predicate"])))


def come_back(state, built, rules, original, without, advised, alone):
    """Of each index that was used, whether it came back."""
    rows = []
    for name, index in state["used"].items():
        by = set(index["by"]) | {k for k, p in original.items() if set(index["names"]) & set(p["uses"])}
        by = sorted(k for k in by if k in original and k in without and k in advised)
        dearer = [k for k in by if without[k]["cost"] > SAME * original[k]["cost"]]
        # where the plan is as cheap without it alone, and not by another index that is gone as well, others make it cheap
        others = {n for other in state["used"].values() for n in other["names"]}
        plan = lambda k: alone[name].get(k, without[k])
        replaced = lambda k: set(plan(k)["uses"]) & others - set(original[k]["uses"])
        dearer_alone = [k for k in dearer if plan(k)["cost"] > SAME * original[k]["cost"] or replaced(k)]
        here = [p for p in built if p["table"] == index["table"]]
        first, two = index["keys"][0], set(index["keys"][:2])
        strict = any(p["keys"][0] == first and (len(two) == 1 or set(p["keys"][:2]) == two) for p in here)
        swapped = len(two) > 1 and any(set(p["keys"][:2]) == two for p in here)
        begins = any(p["keys"][0] == first for p in here + [r for r in rules if r["table"] == index["table"]])
        cheap = bool(dearer) and cost(state, advised, dearer) <= SAME * cost(state, original, dearer)
        # the same work: begins with one of its columns, and its statements use that and are as cheap
        does = [p for p in here if p["keys"][0] in about(index) and any(p["parts"] & set(advised[k]["uses"]) for k in dearer)]
        saved = sum(state["statements"][k]["ms"] * (1 - original[k]["cost"] / without[k]["cost"]) for k in dearer) / state["ms"]
        gone = lambda k: (without[k] if replaced(k) else plan(k))["cost"]
        its_own = sum(state["statements"][k]["ms"] * max(1 - original[k]["cost"] / gone(k), 0) for k in dearer_alone) / state["ms"]
        rows.append({"name": name, "index": index, "by": by, "dearer": dearer, "strict": strict, "loose": strict or swapped or cheap and begins,
                     "work": strict or swapped or cheap and bool(begins or does), "cheap": cheap, "saved": saved, "own": its_own,
                     "does": [id(p) for p in does] if cheap else []})
    return rows


def too_many(state, rows, built, without, advised):
    """Proposals that serve nothing, or something that no index of the authors is for; each is told what it saves."""
    extras = []
    whole = cost(state, without, [k for k in without if k in advised])
    for one in built:
        helped = [k for k, p in advised.items() if one["parts"] & set(p["uses"]) and without.get(k, p)["cost"] > 0 and k in without]
        one["saved"] = sum(state["statements"][k]["ms"] * max(1 - advised[k]["cost"] / without[k]["cost"], 0) for k in helped) / state["ms"]
        one["served"] = [k for k in helped if advised[k]["cost"] <= FALLS * without[k]["cost"]]
        one["useless"] = not one["served"]
        one["strict"] = one["useless"] or not any(begins_alike(one, d) for d in state["dropped"])
        one["extra"] = one["strict"] and not any(id(one) in row["does"] for row in rows)
        saved, writes = one.get("pays", (0, 0))
        one["unpaid"] = one["extra"] and (saved < PAYS * state["ms"] or saved < TWICE * writes)
        # what comes back when it alone goes
        back = {k: max(p["cost"] - advised[k]["cost"], 0) for k, p in one["alone"].items() if k in without}
        one["own_cost"] = sum(c * max(state["statements"][k]["calls"], 1) for k, c in back.items()) / whole
        one["own_ms"] = sum(state["statements"][k]["ms"] * min(c / without[k]["cost"], 1) for k, c in back.items())
        if one["strict"]:
            extras.append(one)
    return extras


def figures(state, rows, built, extras):
    needed = [r for r in rows if r["dearer"]]
    worth = [r for r in needed if r["saved"] >= LITTLE]
    own = [r for r in worth if r["own"] >= LITTLE]
    back = lambda of, how: sum(1 for r in of if r[how])
    return {"dropped": len(state["dropped"]), "used": len(rows), "needed": len(needed), "worth": len(worth)} | {
        how: back(worth, how) for how in ("strict", "loose", "cheap")
    } | {"own": len(own), "own strict": back(own, "strict"), "own work": back(own, "work")} | {
        "proposals": len(built), "strict extras": len(extras), "extras": sum(1 for e in extras if e["extra"]),
        "unpaid": sum(1 for e in extras if e["unpaid"]), "useless": sum(1 for e in extras if e["useless"])}


def judge(session, path, log, plan_path, *others):
    with open(path, encoding="utf-8") as file:
        state = json.load(file)
    known(session, log, state)
    state["ms"] = max(sum(s["ms"] for s in state["statements"].values()), 1e-9)
    without = plans(session, state)
    report, built, advised = advised_by(session, state, plan_path, measured=True)
    beside = [advised_by(session, state, other) for other in others]
    rules = indexes(session, RULE)
    for index in state["dropped"]:
        session.must(index["definition"])
    for on in sorted({i["on"] for i in state["dropped"]}):
        session.must(f"analyze {on}")
    original = plans(session, state)
    alone = marginal(session, state, original)

    rows = come_back(state, built, rules, original, without, advised, alone)
    extras = too_many(state, rows, built, without, advised)
    all_of = {"": figures(state, rows, built, extras)}
    for other, (_, its_built, its_advised) in zip(others, beside):
        its_rows = come_back(state, its_built, rules, original, without, its_advised, alone)
        label = os.path.basename(other).removeprefix("plan").removesuffix(".json")
        all_of[label] = figures(state, its_rows, its_built, too_many(state, its_rows, its_built, without, its_advised))
    with open(os.path.join(os.path.dirname(path), "figures.json"), "w", encoding="utf-8") as file:
        json.dump(all_of, file)

    both = [k for k in original if k in without and k in advised]
    print("  cost of the workload: " + ", ".join(f"{what} {cost(state, found, both):.0f}" for what, found in (("authors'", original), ("none", without), ("advised", advised))))
    for one in built:
        its = one["finding"]["evidence"].get("statements_helped")
        print(f"    proposed {title(one)}: for {its} statements by its own account; those that use it save {100 * one['saved']:.2f} % of the time")
    show = lambda k: tell(state, k, original, without, advised)
    for one in extras:
        why = "serves no statement by a third" if one["useless"] else f"no index of the authors begins so; serves {len(one['served'])}"
        what = "EXTRA" if one["unpaid"] else "an extra that pays:" if one["extra"] else "the work of one of the authors' by another key:"
        print(f"    {what} {title(one)}: {why}; alone {one['own_ms']:.0f} ms ({100 * one['own_ms'] / state['ms']:.2f} % of the time), {100 * one['own_cost']:.2f} % of the cost")
        if "pays" in one:
            print(f"      measured: saves {one['pays'][0]:.1f} ms ({100 * one['pays'][0] / state['ms']:.2f} % of the time), writes cost {one['pays'][1]:.1f} ms")
        for k in sorted(one["served"], key=lambda k: cost(state, advised, [k]) - cost(state, without, [k]))[:2]:
            show(k)
        for s in [] if one["served"] else one["finding"]["evidence"].get("statements", [])[:2]:
            print(f"      dbharden: cost {s.get('cost_before')} to {s.get('cost_after')}, {s['calls']} calls: {s['text'][:300]}")
    for row in rows:
        if not row["dearer"]:
            print(f"    of no use: {row['name']}, {row['index']['scans']} scans, {len(row['by'])} statements that are as cheap without")
    tells = lambda row: f"saves {100 * row['saved']:.2f} % of the time, alone {100 * row['own']:.2f} %"
    for row in rows:
        if row["dearer"] and row["work"]:
            print(f"    back: {row['name']}, {tells(row)}{'' if row['strict'] else ', in another form'}")
    for row in rows:
        if row["dearer"] and not row["work"]:
            cheap = "; its statements are as cheap with the proposals" if row["cheap"] else ""
            print(f"    NOT BACK {row['name']}, {row['index']['scans']} scans, {tells(row)}{cheap}")
            for k in sorted(row["dearer"], key=lambda k: cost(state, original, [k]) - cost(state, without, [k]))[:4]:
                show(k)
    for skipped in report["skipped"]:
        print(f"    skipped {skipped.get('object')}: {skipped['because']}")
    # what dbharden has of a statement is this text; `interval $1` it reads
    live = [s for s in state["statements"].values() if s["calls"]]
    as_read = lambda text: re.sub(r"\binterval (\$\d+)", r"\1::interval", text, flags=re.I)
    for s, (_, error) in zip(live, session.ask([["deallocate all", f"prepare asked as {as_read(s['text'])}"] for s in live])):
        if error:
            here = "; not planned here either" if "error" in s else ""
            print(f"    its text is no statement ({reason(error)}{here}): {s['calls']} calls, {s['ms']:.0f} ms: {' '.join(s['text'].split())[:200]}")
        elif "error" in s:
            print(f"    not planned here ({s['error']}): {' '.join(s['text'].split())[:160]}")
    own = all_of[""]
    sys.exit(2 if own["own work"] < 0.9 * own["own"] or own["unpaid"] > 0.1 * own["proposals"] else 0)


def tell(state, key, original, without, advised):
    s = state["statements"][key]
    costs = [f"{f[key]['cost']:.1f}" if key in f else "?" for f in (original, without, advised)]
    how = ", any values" if s.get("generic") else ""
    print(f"      {s['calls']} calls, {s['ms']:.0f} ms ({100 * s['ms'] / state['ms']:.2f} %); cost authors' {costs[0]}, none {costs[1]}, advised {costs[2]}{how}")
    print(f"        {' '.join(s['text'].split())[:600]}")
    print(f"        plan with the authors': {original[key]['brief'][:200] if key in original else '?'}")
    print(f"        plan as advised:        {advised[key]['brief'][:200] if key in advised else '?'}")


def table(work, *names):
    columns = ["dropped", "used", "needed", "worth", "strict", "loose", "cheap", "own", "own strict", "own work", "proposals", "strict extras", "extras", "unpaid", "useless"]
    print(f"{'':26}" + "".join(f"{c:>{len(c) + 2}}" for c in columns))
    for name in names:
        with open(os.path.join(work, f"{name}.advice", "figures.json"), encoding="utf-8") as file:
            for label, its in json.load(file).items():
                print(f"{name + label:26}" + "".join(f"{its[c]:>{len(c) + 2}}" for c in columns))


if __name__ == "__main__":
    step, url, *rest = sys.argv[1:]
    if step == "table":
        sys.exit(table(url, *rest))
    {"truth": truth, "drop": drop, "judge": judge, "build": build, "spent": spent}[step](Session(url), *rest)
