"""The power goes at any moment of a sequence of commands; what is on the disk then must hold all that was acknowledged.

Each sequence runs once, and the journal gives every state in which a disk may be found (see disk.py). In each:

- every event whose `send` had ended is in the hub, at its offset;
- a table, notebook or exported file is as it was at some moment not before the last command that had ended;
- events are sent, the query goes on, and its table is equal to one that is computed from the hub from its start: nothing
  lost, nothing counted twice.

A command may be killed, as a sender that dies before its sync: what other commands read of it meanwhile is then not
durable either.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from disk import Disk, restore
from program import Fault
from scenarios import CLOSING, DAILY, HOURLY, IMPORTED, MORE, SENT, events, make_inputs, write
from world import Lens, Unreadable, foreign_rows, look

# The long form tries at most this many states of a sequence.
LONG = 1000


@dataclass(frozen=True)
class Step:
    cells: tuple
    # Whether it is a sender that is killed when it has written its events and is about to sync them.
    dies: bool = False


@dataclass(frozen=True)
class Sequence:
    name: str
    steps: tuple
    before: tuple = ()
    lens: Lens = Lens(hub=True)
    # Cells that go on afterwards; the table `t` then equals the table `fresh`.
    resume: tuple = ()
    # Words of the error by which they may refuse until the sequence's last command had ended.
    refusal: str = ""
    # How many of the states the short form tries.
    short: int = 30


def step(*cells):
    return Step(cells)


def query(name, definition, mode, before, steps, refusal="", short=30):
    """A sequence after which a query goes on, and another computes the same from the hub's start."""
    fresh = f"write a --to fresh --query fresh --mode {mode} --events-per-batch 40"
    resume = ("send --from {w}/inputs/last.jsonl", definition, write(mode), fresh)
    return Sequence(name, steps, before, Lens(hub=True, table="t"), resume, refusal, short)


def life(definition, mode, more=""):
    """A query's table is written, written again, rewritten, and cleaned."""
    return (step(definition, write(mode, more)), step("send --from {w}/inputs/later.jsonl"), step(definition, write(mode)),
            step("optimize t"), step("vacuum t --retain 0h --yes"))


WHOLE_HUB = (
    step("connect hub default --partitions 2", *MORE), step(*MORE), step("hub retain --size 1kB"),
    step("hub import {w}/inputs/hub.jsonl"), step(*MORE), step("hub retain --everything"), step(*MORE))
RESTART = step(DAILY, write("update", "--restart"))
ONE_PARTITION = ("connect hub default --partitions 1", "send --from {w}/inputs/first.jsonl")
CONTINUOUS = (HOURLY, write("update", "--trigger continuous"), "wait a", "stop a")
IMPORTS = (
    step("import {w}/inputs/more.csv --to t"), step("import {w}/inputs/more.csv --to t --mode merge --key k"),
    step("import {w}/inputs/rows.csv --to t --mode overwrite"), step("optimize t"), step("vacuum t --retain 0h --yes"))
FILES = (
    step("export t {w}/x.csv"), step("export t {w}/x.parquet"), step("import {w}/inputs/more.csv --to t"),
    step("export t {w}/x.csv"), step("notebook open {w}/inputs/new.ipynb", "notebook save {w}/inputs/old.ipynb"))

SEQUENCES = [
    Sequence("hub", WHOLE_HUB, resume=MORE),
    query("query, complete", HOURLY, "complete", (SENT,), life(HOURLY, "complete")),
    query("query, update", HOURLY, "update", (SENT,), life(HOURLY, "update", "--partition-by lang")),
    query("query, append", CLOSING, "append", (("send --from {w}/inputs/ordered.jsonl",),), life(CLOSING, "append")),
    query("restart", DAILY, "update", (SENT, (HOURLY, write("update"))), (RESTART,), "belongs to another definition"),
    query("sender and query", HOURLY, "update", (ONE_PARTITION, (HOURLY, write("update"))),
          (Step(MORE, dies=True), step(HOURLY, write("update"))), short=60),
    query("sender and continuous query", HOURLY, "update", (ONE_PARTITION,), (Step(MORE, dies=True), step(*CONTINUOUS)),
          short=60),
    Sequence("import", IMPORTS, IMPORTED[:1], Lens(table="t"), ("import {w}/inputs/more.csv --to t --mode merge --key k",)),
    Sequence("files", FILES, IMPORTED, Lens(files=["x.csv", "x.parquet", "inputs/old.ipynb"])),
]


@dataclass
class Record:
    """What a sequence did."""

    disk: Disk
    # When a command ended: (number of changes, partition -> offset -> body).
    acknowledged: list
    # By number of changes, all of them on the disk: what the tables and files were.
    moments: list


def perform(program, sequence, folder):
    pristine, workspace = folder / "before", folder / "w"
    make_inputs(pristine)
    (pristine / "inputs/ordered.jsonl").write_text("\n".join(events(90, 6, late=False)))
    # Times that go on where those before end.
    ordered = list(events(230, 6, late=False))
    (pristine / "inputs/later.jsonl").write_text("\n".join(ordered[90:140]))
    (pristine / "inputs/last.jsonl").write_text("\n".join(ordered[140:]))
    for cells in sequence.before:
        run = program.run(pristine, cells)
        assert run.succeeded, (sequence.name, cells, run)
    shutil.copytree(pristine, workspace)
    disk = Disk(workspace, pristine)
    held = {}
    add_events(held, look(program, sequence.lens, pristine, folder / "seen"))
    acknowledged = [(0, copy_of(held))]
    for number, step_ in enumerate(sequence.steps):
        fault = before_its_sync(program, step_, workspace, folder / f"trial-{number}") if step_.dies else None
        run = program.run(workspace, step_.cells, log=folder / f"journal-{number}", data=True, fault=fault)
        assert run.was_killed if step_.dies else run.succeeded, (sequence.name, step_, run)
        disk.take(run.calls)
        if run.succeeded:
            # What a killed sender left may be there, and was not promised.
            if not any(step_.dies for step_ in sequence.steps):
                add_events(held, look(program, sequence.lens, workspace, folder / f"seen-{number}"))
            acknowledged.append((len(disk.changes), copy_of(held)))
    return Record(disk, acknowledged, moments_of(disk, sequence.lens, folder))


def before_its_sync(program, step_, workspace, folder):
    """A kill when a segment's events are written and not synced; found by a run on a copy."""
    shutil.copytree(workspace, folder / "w")
    run = program.run(folder / "w", step_.cells, log=folder / "journal")
    syncs, written = 0, set()
    for call in run.calls:
        if call.kind == "write" and call.path.endswith(".log"):
            written.add(call.path)
        syncs += call.kind == "fsync"
        if call.kind == "fsync" and call.path in written:
            return Fault(syncs, "kill", ("fsync",))
    raise AssertionError("no segment is written and synced")


def add_events(held, world):
    for partition, found in (world.hub or {}).items():
        held.setdefault(partition, {}).update(found)


def copy_of(held):
    return {partition: dict(found) for partition, found in held.items()}


def moments_of(disk, lens, folder):
    moments = []
    for after in range(len(disk.changes) + 1):
        restore(disk.whole(after), folder / "moment")
        moments.append(table_and_files(lens, folder / "moment"))
    return moments


def table_and_files(lens, workspace):
    rows = foreign_rows(Path(workspace) / "tables" / lens.table) if lens.has_table(workspace) else None
    files = {name: (Path(workspace) / name).read_bytes() if (Path(workspace) / name).exists() else None for name in lens.files}
    return rows, files


def judge(program, sequence, record, state, folder):
    workspace, first, second = folder / "w", folder / "first", folder / "second"
    restore(state, workspace)
    first.mkdir()
    second.mkdir()
    ended, promised = [entry for entry in record.acknowledged if entry[0] <= state.after][-1]
    lens = sequence.lens
    retains = any("retain" in cell for step_ in sequence.steps for cell in step_.cells)
    try:
        # A file or table may be as at any moment since, but not as before.
        if table_and_files(lens, workspace) not in record.moments[ended:]:
            raise Unreadable(f"table or files older than the last command that ended, or never like this")
        looks = lens.cells(workspace, first)
        last = [f"hub export {second}/hub.jsonl"] if sequence.resume and lens.hub else []
        if "write a" in " ".join(sequence.resume):
            last += [f"export t {second}/t.jsonl", f"export fresh {second}/fresh.jsonl"]
        listed = ["hub"] if lens.has_hub(workspace) else []
        run = program.run(workspace, (*looks, *listed, *sequence.resume, *last))
        has_ended = ended == record.acknowledged[-1][0]
        if sequence.refusal and not has_ended and run.refused and sequence.refusal in run.error:
            return "refused", None
        if not run.succeeded:
            read = len(list(first.iterdir())) == len(looks)
            raise Unreadable(f"{'does not go on' if read else 'unreadable'}: {run}")
        check_events(lens.read(None, first), promised, next_offsets(run.output), retains)
        check_events(lens.read(None, second), promised, next_offsets(run.output), retains)
        if "write a" in " ".join(sequence.resume):
            one, two = (sorted((second / f"{name}.jsonl").read_text().splitlines()) for name in ("t", "fresh"))
            if one != two:
                counts = [sum(int(row.split('"count":')[1].rstrip("}")) for row in rows) for rows in (one, two)]
                wrong = sum(row not in two for row in one)
                raise Unreadable(f"the query goes on to {counts[0]} events of {counts[1]}, with {wrong} wrong rows of {len(two)}")
    except Unreadable as error:
        return "bad", f"{error} [state: {state.how}, after {state.after} of {len(record.disk.changes)} changes]"
    return "right", None


def next_offsets(output):
    """By partition, the offset that the next event gets, as `hub` lists it: partition, first, next, …"""
    return {int(partition): int(offset) for partition, offset in re.findall(r"(?m)^(\d+),\d+,(\d+),\d+,.*B$", output)}


def check_events(world, promised, offsets, retains):
    """All promised events are there, but where the hub retains less for the oldest."""
    for partition, found in promised.items():
        there = dict(world.of(partition))
        if found and offsets.get(partition, 0) <= max(found):
            raise Unreadable(f"acknowledged events are gone: partition {partition} goes on at {offsets.get(partition, 0)}, not behind {max(found)}")
        if not retains and min(there, default=None) != min(found, default=None):
            raise Unreadable(f"acknowledged events are gone: partition {partition} begins at {min(there, default=None)}")
        if there and max(there) < max(found, default=-1):
            raise Unreadable(f"acknowledged events are gone: partition {partition} ends at {max(there)}, not {max(found)}")
        if any(there[offset] != body for offset, body in found.items() if offset in there):
            raise Unreadable(f"an acknowledged event of partition {partition} is another now")


def campaign(program, tally, chance, everything, only):
    for sequence in SEQUENCES:
        if only and only not in sequence.name:
            continue
        row = tally.row(f"power: {sequence.name}")
        with program.folder() as folder:
            record = perform(program, sequence, folder)
            states = list(record.disk.states(chance, thorough=everything))
            found = len(states)
            states = chance.sample(states, min(found, LONG if everything else sequence.short))
            row.name += f" ({found} states)"
            cases = [(f"state {number}", state) for number, state in enumerate(states)]
            tally.each(row, cases, lambda case, place: judge(program, sequence, record, case[1], place), folder)
