"""What the benches' scripts share: cutting a file of SQL into statements, and a psql that stays. Standard library alone."""

import os
import re
import subprocess
import tempfile
import time

# strings, identifiers in quotes, dollar quotes, both kinds of comments
SKIPPED = re.compile(
    r"""(?:\b[eE])?'(?:[^']|'')*' | "(?:[^"]|"")*" | (?P<dollar>\$(?:[A-Za-z_]\w*)?\$).*?(?P=dollar) | --[^\n]* | /\*.*?\*/""",
    re.S | re.X,
)


def split(text):
    """The statements of a text, without their `;`, and without comments before them."""
    found, start, position = [], 0, 0
    while position < len(text):
        skipped = SKIPPED.match(text, position)
        if skipped:
            position = skipped.end()
            continue
        if text[position] == ";":
            found.append(text[start:position])
            start = position + 1
        position += 1
    found.append(text[start:])
    found = [re.sub(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", "", s, flags=re.S).strip() for s in found]
    return [s for s in found if s]


def read(path):
    with open(path, encoding="utf-8") as file:
        return split(file.read())


def total_cost(plan):
    """Of the lines that EXPLAIN prints."""
    return float(re.search(r"cost=\S*?\.\.(\S+)", plan[0]).group(1))


class Psql:
    """One session. `ask` runs a statement each and returns the output of each, unaligned, as lists of lines."""

    END, DONE = "@@end@@", "@@done@@"

    def __init__(self, url):
        self.explains, self.explain_seconds = 0, 0.0
        self.folder = tempfile.TemporaryDirectory()
        self.script = os.path.join(self.folder.name, "batch.sql")
        self.process = subprocess.Popen(
            ["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )

    def ask(self, *statements):
        with open(self.script, "w", encoding="utf-8") as file:
            for statement in statements:
                file.write(f"{statement};\n\\echo {self.END}\n")
        # psql reads the batch from a file: a pipe that fills in both directions would stop both sides
        self.process.stdin.write(f"\\i {self.script}\n\\echo {self.DONE}\n")
        self.process.stdin.flush()
        answers = []
        for statement in statements:
            lines = []
            while (line := self.process.stdout.readline()) != f"{self.END}\n":
                if not line:
                    raise SystemExit(f"psql ended at: {statement}")
                lines.append(line.rstrip("\n"))
            answers.append(lines)
        # only now has psql left the file, which the next batch overwrites
        assert self.process.stdout.readline() == f"{self.DONE}\n"
        return answers

    def value(self, statement):
        return self.ask(statement)[0][0]

    def costs(self, before_and_statements):
        """[(statements to run before, statement to plan)] -> the planner's total cost of each, in one batch."""
        batch, places = [], []
        for before, statement in before_and_statements:
            batch.extend(before)
            places.append(len(batch))
            batch.append(f"explain {statement}")
        began = time.monotonic()
        answers = self.ask(*batch)
        self.explain_seconds += time.monotonic() - began
        self.explains += len(places)
        return [total_cost(answers[p]) for p in places]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
