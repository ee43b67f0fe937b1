"""Each file call of each command fails in turn, or is the last one that the program makes.

As SQLite tests itself (https://www.sqlite.org/testing.html, "I/O error testing"): the command runs once as it should,
its calls are written down, and then it runs again for each of them, which fails in each way that it can.

A run with a failing call must end in one of two ways: with status 0 and the right result, or with status 1, an error
of two lines, and everything there as before or as far as it had come. A killed run may leave the latter. In each case
what is there can be read, by delta-rs as well, and the same command then leads to the right end.
"""

import errno
import os
import re
import shutil
from dataclasses import dataclass

from program import MUTATING, Fault, Run
from scenarios import Posts, all_scenarios, make_inputs
from world import Unreadable, World, look

# How each call may fail, by its POSIX description; `short` takes half.
ERRORS = {
    "open": ["EIO", "EINTR", "EACCES", "EMFILE"], "creat": ["EIO", "ENOSPC", "EINTR", "EACCES", "EMFILE"],
    "read": ["EIO", "EINTR", "short"], "write": ["EIO", "ENOSPC", "EINTR", "short"],
    "fsync": ["EIO", "ENOSPC", "EINTR"], "ftruncate": ["EIO", "EINTR"], "lseek": ["EIO"], "mmap": ["ENOMEM"],
    "close": ["EIO"], "flock": ["EIO", "EINTR", "ENOLCK"],
    "rename": ["EIO", "ENOSPC", "EACCES"], "link": ["EIO", "ENOSPC", "EACCES"], "unlink": ["EIO", "EACCES"],
    "mkdir": ["EIO", "ENOSPC", "EACCES"], "rmdir": ["EIO"], "chmod": ["EIO"],
    "opendir": ["EIO", "EACCES", "EMFILE"], "readdir": ["EIO"], "stat": ["EIO", "EACCES"], "access": ["EIO", "EACCES"],
    "realpath": ["EIO", "EACCES"], "readlink": ["EIO"], "inotify": ["ENOSPC"],
}
# A disk that is full stays full for all that needs room; one that is gone is gone for all calls.
ROOM = ("creat", "write", "mkdir", "link", "fsync")


@dataclass
class Reference:
    """The command as it should go."""

    before: World
    after: World
    run: Run
    pristine: object


def prepare(program, scenario, folder):
    """What is there before the command, and a run of it without fault."""
    pristine = folder / "before"
    make_inputs(pristine)
    for cells in scenario.before:
        run = program.run(pristine, cells)
        assert run.succeeded, (scenario.name, cells, run)
    before = look(program, scenario.lens, pristine, folder / "seen-before")
    workspace = folder / "w"
    shutil.copytree(pristine, workspace)
    run = program.run(workspace, scenario.cells, scenario.arguments, log=folder / "journal")
    assert run.succeeded, (scenario.name, run)
    after = look(program, scenario.lens, workspace, folder / "seen-after")
    shutil.rmtree(workspace)
    return Reference(before, after, run, pristine)


def role(path):
    """What a path is, without the numbers and ids that are new in each run."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+", "#", path)


def error_cases(calls, everything, chance):
    """Each call in each way that it can fail; in the short form each kind of call on each file at most once."""
    cases = [(Fault(number, how), (call.kind, role(call.path)))
             for number, call in enumerate(calls, 1) for how in ERRORS.get(call.kind, ["EIO"])]
    cases += [(Fault(number, "EIO", stays=True), (call.kind, "gone"))
              for number, call in enumerate(calls, 1)]
    room = [call for call in calls if call.kind in ROOM]
    cases += [(Fault(number, "ENOSPC", ROOM, stays=True), (call.kind, "full"))
              for number, call in enumerate(room, 1)]
    return cases if everything else one_of_each(cases, chance)[:25]


def kill_cases(calls, everything, chance):
    """A kill before each call that changes something, and in the middle of each write."""
    mutating = [call for call in calls if call.kind in MUTATING]
    cases = [(Fault(number, "kill", tuple(MUTATING)), (call.kind, role(call.path), "kill"))
             for number, call in enumerate(mutating, 1)]
    writes = [call for call in calls if call.kind == "write"]
    cases += [(Fault(number, "torn", ("write",)), (call.kind, role(call.path), "torn"))
              for number, call in enumerate(writes, 1)]
    return cases if everything else one_of_each(cases, chance)[:15]


def one_of_each(cases, chance):
    chosen = {}
    for fault, signature in chance.sample(cases, len(cases)):
        chosen.setdefault(signature, (fault, signature))
    return list(chosen.values())


def attempt(program, scenario, reference, fault, folder):
    """Runs the command with a fault, looks, runs it again, and looks. The verdict, and what is wrong with it if it is bad."""
    workspace = folder / "w"
    shutil.copytree(reference.pristine, workspace)
    run = program.run(workspace, scenario.cells, scenario.arguments, fault=fault, log=folder / "journal")
    if run.hit is None and run.succeeded:
        return "not reached", None
    try:
        complaint = judge_run(scenario, reference, run, fault)
        middle, end = look_twice(program, scenario, reference, workspace, folder, run)
        complaint = complaint or judge_world(scenario, reference, run, middle) or judge_end(scenario, reference, middle, end)
    except Unreadable as error:
        complaint = complaint or str(error)
    verdict = "right" if run.succeeded else "killed" if run.was_killed else "refused"
    return verdict, complaint and f"{complaint} [hit: {hit(run)}] [{run}]"


def hit(run):
    call = run.hit
    return f"{call.kind} {call.path.rsplit('/w/')[-1]}" if call else "?"


def look_twice(program, scenario, reference, workspace, folder, run):
    """The world after the fault, and after the same command once more."""
    first, second = folder / "first", folder / "second"
    lens = scenario.lens
    if scenario.kind == "reads" or scenario.arguments:
        middle = look(program, lens, workspace, first)
        again = program.run(workspace, scenario.cells, scenario.arguments)
        if not again.succeeded:
            raise Unreadable(f"does not go on: {again}")
        if again.output != reference.run.output and scenario.kind == "reads":
            raise Unreadable(f"another answer afterwards: {again}")
        return middle, look(program, lens, workspace, second)
    # One process does all three.
    first.mkdir()
    second.mkdir()
    cells = lens.cells(workspace, first)
    outside = lens.read(workspace, folder / "nothing")
    after = [f"hub export {second}/hub.jsonl"] if reference.after.hub is not None else []
    after += [f"export {lens.table} {second}/rows.jsonl"] if reference.after.rows is not None else []
    again = program.run(workspace, (*cells, *scenario.cells, *after))
    if not again.succeeded:
        exported = len(list(first.iterdir())) == len(cells)
        raise Unreadable(f"{'does not go on' if exported else 'unreadable'}: {again}")
    middle = lens.read(None, first)
    middle.foreign, middle.files = outside.foreign, outside.files
    return middle, lens.read(workspace, second)


def judge_run(scenario, reference, run, fault):
    if run.status is None:
        return "hangs"
    if run.succeeded:
        # A list may say in a row's place why it could not be read.
        told = os.strerror(getattr(errno, fault.how, 0)) in run.output
        if run.output != reference.run.output and scenario.kind == "reads" and not told:
            return f"success claimed, with another answer: {run.output[:200]!r}"
        return None
    if run.was_killed and fault.how in ("kill", "torn"):
        return None
    return None if run.refused else "neither a result nor an error of two lines"


def judge_world(scenario, reference, run, middle):
    before, after = reference.before, reference.after
    if run.succeeded:
        return None if middle == after else f"success claimed, but {middle.summary()} instead of {after.summary()}"
    if scenario.kind == "whole" and middle not in (before, after):
        return f"half a result: {middle.summary()}"
    fewer, more = (after, before) if scenario.removes else (before, after)
    if not (fewer.events() <= middle.events() <= more.events()):
        return f"events lost or invented: {middle.summary()}"
    if not scenario.removes and not middle.begins_with(before):
        return f"events that were there changed: {middle.summary()}"
    # A table that was created and is empty yet is as good as none.
    if scenario.kind == "adds" and (middle.rows or None) not in (before.rows, after.rows):
        return f"half a file imported: {middle.summary()}"
    return None


def judge_end(scenario, reference, middle, end):
    before, after = reference.before, reference.after
    if scenario.kind != "adds":
        right = end.events() == after.events() and (end.rows, end.foreign, end.files) == (after.rows, after.foreign, after.files)
        return None if right else f"another end: {end.summary()} instead of {after.summary()}"
    wanted = middle.events() + (after.events() - before.events())
    if end.events() != wanted or not end.begins_with(middle):
        return f"sent again, but {end.summary()} after {middle.summary()}"
    for name in ("rows", "foreign"):
        one, two, three, four = (getattr(world, name) for world in (before, after, middle, end))
        if two is not None and four != (three or type(two)()) + (two - (one or type(two)())):
            return f"imported again, but {end.summary()} after {middle.summary()}"
    return None


def campaign(program, tally, chance, everything, only, kind):
    """`kind` is `errors` or `kills`."""
    posts = Posts()
    try:
        for scenario in all_scenarios(posts.url):
            if only and only not in scenario.name:
                continue
            if kind == "kills" and scenario.kind == "reads":
                continue
            row = tally.row(f"{kind}: {scenario.name}")
            with program.folder() as folder:
                reference = prepare(program, scenario, folder)
                cases = (error_cases if kind == "errors" else kill_cases)(reference.run.calls, everything, chance)
                tally.each(row, cases, lambda case, place: attempt(program, scenario, reference, case[0], place), folder)
    finally:
        posts.stop()
