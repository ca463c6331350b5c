#!/usr/bin/env python3
"""Runs a command that starts a server, and prints what it took as JSON.

measure.py [--limit SECONDS] [--until TEXT] OUT COMMAND...

Its standard output goes to OUT. Standard error is a terminal: what a spinner says there gives the phases, in seconds.
With --until the command is ended as soon as OUT holds that text, and `seconds` is the time until then.
"""

import argparse
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def stat(pid):
    """(parent, CPU seconds) of a process."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS


def highest(pid):
    """The most memory that a process had at once, MB."""
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        found = re.search(r"^VmHWM:\s+(\d+) kB", file.read(), re.M)
    return int(found.group(1)) / 1024 if found else 0.0


def shared_out(pid):
    """Memory of a process, what it shares divided among those that share it, MB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return int(re.search(r"^Pss:\s+(\d+) kB", file.read(), re.M).group(1)) / 1024


class Watch:
    """Samples a process and its descendants."""

    def __init__(self, pid):
        self.pid, self.mb, self.cpu, self.server_mb, self.server_cpu = pid, 0.0, 0.0, 0.0, {}

    def look(self, memory):
        parents = {}
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    parents[int(name)] = stat(name)
                except (OSError, IndexError):
                    pass
        family, grown = {self.pid}, True
        while grown:
            more = {pid for pid, (parent, _) in parents.items() if parent in family} - family
            family |= more
            grown = bool(more)
        total = 0.0
        for pid in family & set(parents):
            try:
                if pid == self.pid:
                    self.cpu, self.mb = parents[pid][1], max(self.mb, highest(pid))
                else:
                    self.server_cpu[pid] = parents[pid][1]
                    total += shared_out(pid) if memory else 0.0
            except (OSError, AttributeError):
                pass
        self.server_mb = max(self.server_mb, total)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=3600)
    parser.add_argument("--until")
    parser.add_argument("out")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    began = time.monotonic()
    with open(given.out, "wb") as out:
        process = subprocess.Popen(given.command, stdin=subprocess.PIPE, stdout=out, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    watch, said, tail, phases, last, next_look, looks = Watch(process.pid), "", "", {}, ("start", began), began, 0
    reached, stopped = None, False
    while process.poll() is None:
        if select.select([ours], [], [], 0.02)[0]:
            try:
                text = os.read(ours, 65536).decode("utf-8", "replace")
            except OSError:
                break
            tail = (tail + text)[-4000:]
            for found in re.findall(r"twin: ([a-z][a-z ,]*)", text):
                if found.strip() != said:
                    now = time.monotonic()
                    phases[last[0]] = round(phases.get(last[0], 0.0) + now - last[1], 2)
                    said, last = found.strip(), (found.strip(), now)
        now = time.monotonic()
        if now >= next_look:
            watch.look(looks % 5 == 0)
            looks, next_look = looks + 1, now + 0.1
        if given.until and not reached:
            with open(given.out, encoding="utf-8") as out:
                if given.until in out.read():
                    reached = time.monotonic()
                    process.send_signal(signal.SIGTERM)
        if now - began > given.limit and not stopped:
            stopped = True
            process.send_signal(signal.SIGTERM)
    process.wait()
    ended = reached or time.monotonic()
    phases[last[0]] = round(phases.get(last[0], 0.0) + ended - last[1], 2)
    if process.returncode not in (0, 1) and not stopped and not reached:
        sys.stderr.write(tail)
    print(json.dumps({
        "seconds": round(ended - began, 2), "finished": not stopped, "code": process.returncode, "mb": round(watch.mb, 1), "cpu": round(watch.cpu, 2),
        "server_mb": round(watch.server_mb, 1), "server_cpu": round(sum(watch.server_cpu.values()), 2), "phases": phases,
    }))


if __name__ == "__main__":
    main()
