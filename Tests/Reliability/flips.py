"""One flipped bit in a copy of everything that the program writes: it is detected, or makes no difference.

A workspace with a hub, tables of queries in three modes, a search's mark and a notebook is made; in a copy of it one bit of one
file is flipped, and commands that use the file run. Each of them gives the right answer, or refuses with an error of
two lines; so does the one after a send, since a sender that takes damage for a torn end would destroy events. What a sender cuts off
it says and keeps aside, and a query that had taken it neither skips nor repeats what takes its place.

Delta's log and Parquet's footers have no checksums: where their format allows no more, a flip goes unnoticed, which is
counted as `unseen`. In files of our own formats it is bad. A crash, a hang, or a table that the program itself
claims to have written and no reader can read is bad everywhere.
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from scenarios import CLOSING, HOURLY, MORE, SENT, Posts, make_inputs, write

ROWS = "SELECT groupTime, lang, avg_favorite, count FROM t ORDER BY groupTime, lang;"


@dataclass(frozen=True)
class Kind:
    """Files that are damaged, how they come to be, and the commands that use them, each a process of its own."""

    name: str
    files: tuple
    before: tuple
    uses: tuple
    # Whether the format is ours, so that every flip can be detected.
    ours: bool = True
    short: int = 30
    long: int = 2000
    # Takes only the newest file of each pattern.
    newest: bool = False
    exported: tuple = ()


def written(mode, definition=HOURLY):
    """Three sends, of which a query has taken two."""
    return (SENT, (definition, write(mode)), MORE, (definition, write(mode)), MORE)


def use_query(mode, definition=HOURLY):
    return (definition, write(mode), ROWS)


SEND_AND_READ = (MORE, ("hub export {w}/out.jsonl",))


def kinds(posts):
    search = (f"connect mastodon {posts}", "send --tag azure --limit 100 --fields id")
    export = ("hub export {w}/out.jsonl",)
    whole = (HOURLY, "write a --to fresh --query fresh", "SELECT sum(count) FROM fresh;")
    segments = ("hubs/default/partition-*/*.log",)
    checkpoint = ("checkpoints/t/a/**/*",)
    return [
        Kind("segments", segments, written("update"), (export, use_query("update"), MORE, use_query("update"), export, whole),
             short=60, long=3000, exported=("out.jsonl",)),
        Kind("last segment, send first", segments, written("update"),
             (MORE, use_query("update"), export, whole), short=60, long=3000, newest=True, exported=("out.jsonl",)),
        Kind("hub.json", ("hubs/default/hub.json",), written("update"), (use_query("update"), MORE, use_query("update"))),
        Kind("checkpoint, update", checkpoint, written("update"), (use_query("update"), MORE, use_query("update"))),
        Kind("checkpoint, complete", checkpoint, written("complete"), (use_query("complete"), MORE, use_query("complete"))),
        Kind("checkpoint, append", checkpoint, written("append", CLOSING),
             (use_query("append", CLOSING), MORE, use_query("append", CLOSING))),
        Kind("newest offsets and commits", ("checkpoints/t/a/offsets/*", "checkpoints/t/a/commits/*"), written("update"),
             (use_query("update"),), newest=True),
        Kind("search's mark", ("hubs/**/searches/**/*", "searches/**/*", "checkpoints/searches/**/*"), (search,), (search, export),
             long=300, exported=("out.jsonl",)),
        Kind("Delta log", ("tables/t/_delta_log/*.json",), written("update")[:4],
             ((ROWS,), use_query("update"), ("optimize t", ROWS)), ours=False),
        Kind("Delta checkpoint", ("tables/t/_delta_log/*.checkpoint.parquet",),
             (("import {w}/inputs/rows.csv --to t",),) * 12, (("SELECT count(*), sum(v) FROM t;",),), ours=False),
        Kind("Parquet", ("tables/t/*.parquet",), (*written("update")[:4], ("optimize t",), ("vacuum t --retain 0h --yes",)),
             ((ROWS,), ("export t {w}/out.jsonl",)), ours=False, exported=("out.jsonl",)),
        Kind("notebook", ("inputs/new.ipynb",), (), (("notebook convert {w}/inputs/new.ipynb {w}/out.gsw",),),
             ours=False, long=300),
    ]


def files_of(kind, workspace):
    """The files in which bits are flipped."""
    found = []
    for pattern in kind.files:
        paths = sorted(path for path in Path(workspace).glob(pattern)
                       if path.is_file() and path.name != "lock" and path.stat().st_size > 0)
        if kind.newest:
            by_folder = {}
            for path in paths:
                by_folder.setdefault(path.parent, []).append(path)
            paths = [max(group, key=lambda path: (len(path.name), path.name)) for group in by_folder.values()]
        found += paths
    return [path.relative_to(workspace) for path in found]


@dataclass(frozen=True)
class Answer:
    """What a command gave: the last table or line that it printed, and the files that it exported."""

    text: str
    exported: tuple

    def __str__(self):
        lines = ", ".join(f"{'no' if text is None else text.count(chr(10))} lines exported" for text in self.exported)
        return f"{self.text[-120:]!r} {lines}".strip()


def use(program, kind, workspace, skipping=False):
    """Runs the commands, one process each; without those that send where `skipping`."""
    for cells in kind.uses:
        if skipping and cells == MORE:
            yield None, None
            continue
        for name in kind.exported:
            (Path(workspace) / name).unlink(missing_ok=True)
        run = program.run(workspace, cells)
        yield run, Answer(last_output(run.output), tuple(exported(Path(workspace) / name) for name in kind.exported))


def last_output(text):
    table = text.rfind("groupTime,")
    return text[table:] if table >= 0 else text.strip().split("\n")[-1]


def exported(path):
    """An exported file, without the times at which a hub took its events."""
    return re.sub(r'"enqueued[^"]*":"[^"]*",?', "", path.read_text()) if path.exists() else None


def reference(program, kind, pristine, workspace, skipping):
    """The right answers, with or without the sends."""
    shutil.copytree(pristine, workspace)
    answers = []
    for cells, (run, answer) in zip(kind.uses, use(program, kind, workspace, skipping), strict=True):
        assert run is None or run.succeeded, (kind.name, cells, run)
        answers.append(answer)
    return answers


def flip_bit(path, position, bit):
    """The file's times stay, by which a cache might notice."""
    times = path.stat()
    content = bytearray(path.read_bytes())
    content[position] ^= bit
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def attempt(program, kind, references, pristine, flip, folder):
    path, position, bit = flip
    workspace = folder / "w"
    shutil.copytree(pristine, workspace)
    flip_bit(workspace / path, position, bit)
    shutil.copy(workspace / path, folder / "damaged")
    where = f"{path} byte {position}, bit {bit}"
    said = refused = sending_refused = False
    for number, (run, answer) in enumerate(use(program, kind, workspace)):
        cells = kind.uses[number]
        said = said or "recovered" in run.output + run.error or "cut off" in run.output + run.error
        if run.status == 1 and run.refused:
            refused = True
            sending_refused = sending_refused or cells == MORE
        elif run.status != 0:
            return "bad", f"{where}: {cells[-1]}: {run}"
        elif answer != references[sending_refused][number]:
            if not kind.ours:
                print(f"  unseen {where}: {cells[-1]}: {answer}", flush=True)
                return "unseen", None
            if said and cells != kind.uses[-1]:
                continue
            if said:
                complaint = judge_cut(program, workspace, path, position, answer, refused)
                return "said", complaint and f"{where}: {complaint}"
            wanted = references[sending_refused][number]
            return "bad", f"{where}: {cells[-1]} ended with 0 and {answer} instead of {wanted}"
    return "refused" if refused else "harmless", None


def judge_cut(program, workspace, path, position, counted, refused):
    """What a sender said that it cut off is kept, and the query's table agrees with the hub."""
    damaged = (workspace / path).parent
    pristine = (workspace.parent / "damaged").read_bytes()
    piece = pristine[max(0, position - 8) : position + 8]
    if not any(piece in file.read_bytes() for file in damaged.rglob("*") if file.is_file()):
        return "what was cut off was not kept"
    table = program.run(workspace, ("SELECT sum(count) FROM t;",))
    if not refused and last_output(table.output) != counted.text:
        return f"the query has {last_output(table.output)} events, one that begins anew {counted.text}"
    return None


def campaign(program, tally, chance, everything, only):
    posts = Posts()
    try:
        for kind in kinds(posts.url):
            if only and only not in kind.name:
                continue
            row = tally.row(f"flips: {kind.name}")
            with program.folder() as folder:
                pristine = folder / "before"
                make_inputs(pristine)
                for cells in kind.before:
                    run = program.run(pristine, cells)
                    assert run.succeeded, (kind.name, cells, run)
                paths = files_of(kind, pristine)
                assert paths, (kind.name, sorted(str(path) for path in pristine.rglob("*")))
                references = [reference(program, kind, pristine, folder / f"w-{skipping}", skipping) for skipping in (False, True)]
                weights = [(pristine / path).stat().st_size ** 0.5 for path in paths]
                cases = []
                for _ in range(kind.long if everything else kind.short):
                    path = chance.choices(paths, weights)[0]
                    flip = (path, chance.randrange((pristine / path).stat().st_size), 1 << chance.randrange(8))
                    cases.append((f"{flip[0]}", flip))
                tally.each(row, cases, lambda case, place: attempt(program, kind, references, pristine, case[1], place), folder)
    finally:
        posts.stop()
