"""Counts what was tried and what came of it, and runs the cases on all cores."""

import os
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor


class Row:
    def __init__(self, name):
        self.name = name
        self.verdicts = Counter()
        self.bad = []

    @property
    def tried(self):
        return self.verdicts.total()

    def __str__(self):
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(self.verdicts.items()))
        return f"{self.name:42} {self.tried:6} tried: {verdicts or 'none'}; bad {len(self.bad)}"


class Tally:
    def __init__(self, jobs=None, share=1.0, shown=8):
        self.rows = []
        self.share = share
        self.shown = shown
        self.began = time.monotonic()
        self.pool = ThreadPoolExecutor(jobs or len(os.sched_getaffinity(0)))

    def row(self, name):
        self.rows.append(Row(name))
        return self.rows[-1]

    def each(self, row, cases, attempt, folder):
        """Makes each case in a folder of its own; `attempt` gives the verdict, and what is bad about it, if something is."""

        if self.share < 1:
            cases = cases[:: max(1, round(1 / self.share))]

        def one(numbered):
            number, case = numbered
            place = folder / f"case-{number}"
            place.mkdir()
            try:
                return attempt(case, place)
            finally:
                shutil.rmtree(place, ignore_errors=True)

        for case, (verdict, complaint) in zip(cases, self.pool.map(one, enumerate(cases)), strict=True):
            if verdict == "not reached":
                continue
            row.verdicts["bad" if complaint else verdict] += 1
            if complaint:
                row.bad.append((case, complaint))
                if len(row.bad) <= self.shown:
                    print(f"  BAD {case[0]}: {complaint}", flush=True)
        print(row, flush=True)

    def end(self, seed):
        """Prints the sums; the exit status."""
        groups = {}
        for row in self.rows:
            group = groups.setdefault(row.name.split(":")[0], Row(row.name.split(":")[0]))
            group.verdicts += row.verdicts
            group.bad += row.bad
        print(f"\n{'campaign':42} {'tried':>6}")
        for group in groups.values():
            print(group)
        print(f"seed {seed}, {time.monotonic() - self.began:.0f} s")
        return 1 if any(row.bad for row in self.rows) else 0
