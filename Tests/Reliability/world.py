"""What a workspace holds, as its users see it: the hub's events, a table's rows, files."""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from deltalake import DeltaTable


@dataclass
class World:
    # partition -> (offset, body) of its events, in order; None without a hub.
    hub: dict | None = None
    # The rows as the program exports them, and as delta-rs reads them; None without a table.
    rows: Counter | None = None
    foreign: Counter | None = None
    # name -> bytes; None for a missing file.
    files: dict = field(default_factory=dict)

    def events(self):
        return Counter(body for events in (self.hub or {}).values() for _, body in events)

    def begins_with(self, other):
        """Whether each partition begins with what it has in the other."""
        return all(self.of(partition)[: len(events)] == events for partition, events in (other.hub or {}).items())

    def of(self, partition):
        return (self.hub or {}).get(partition, [])

    def summary(self):
        hub = self.hub and {partition: f"{events[0][0]}..{events[-1][0]}" for partition, events in self.hub.items()}
        rows = None if self.rows is None else self.rows.total()
        return f"events {hub}, rows {rows}, files { {name: content and len(content) for name, content in self.files.items()} }"


class Unreadable(Exception):
    """What is there cannot be read any more."""


class Lens:
    """Reads the parts of a workspace that a scenario is about."""

    def __init__(self, hub=False, table=None, files=()):
        self.hub, self.table, self.files = hub, table, files

    def cells(self, workspace, out):
        """Cells that export what is there into a folder."""
        cells = []
        if self.has_hub(workspace):
            cells.append(f"hub export {out}/hub.jsonl")
        if self.has_table(workspace):
            cells.append(f"export {self.table} {out}/rows.jsonl")
        return cells

    def has_hub(self, workspace):
        return self.hub and (Path(workspace) / "hubs/default/hub.json").exists()

    def has_table(self, workspace):
        return bool(self.table) and any((Path(workspace) / "tables" / self.table / "_delta_log").glob("0*.json"))

    def read(self, workspace, out):
        """The world as the cells exported it; with `workspace`, also what other programs read there."""
        world = World()
        if (path := Path(out) / "hub.jsonl").exists():
            world.hub = {}
            for line in path.read_text().splitlines():
                event = json.loads(line)
                events = world.hub.setdefault(event["partition"], [])
                if events and event["offset"] != events[-1][0] + 1:
                    raise Unreadable(f"offset {event['offset']} follows {events[-1][0]}")
                events.append((event["offset"], event["body"]))
        if (path := Path(out) / "rows.jsonl").exists():
            world.rows = Counter(path.read_text().splitlines())
        if workspace:
            if self.has_table(workspace):
                world.foreign = foreign_rows(Path(workspace) / "tables" / self.table)
            for name in self.files:
                path = Path(workspace) / name
                world.files[name] = path.read_bytes() if path.exists() else None
                if path.suffix == ".ipynb" and path.exists():
                    check_notebook(path)
        return world


def check_notebook(path):
    try:
        json.loads(path.read_text())["cells"]
    except Exception as error:
        raise Unreadable(f"{path.name}: {error!r}"[:300]) from None


def foreign_rows(table):
    """The rows as delta-rs reads them; the batches of each query must be in order, without a gap."""
    try:
        rows = Counter(map(str, DeltaTable(str(table)).to_pyarrow_table().to_pylist()))
        batches = {}
        for path in sorted((table / "_delta_log").glob("0*.json")):
            for line in path.read_text().splitlines():
                if transaction := json.loads(line).get("txn"):
                    batches.setdefault(transaction["appId"], []).append(transaction["version"])
    except Exception as error:
        raise Unreadable(f"delta-rs: {error!r}"[:300]) from None
    for versions in batches.values():
        if versions != list(range(versions[0], versions[0] + len(versions))):
            raise Unreadable(f"batches of a query in the table's log: {versions}")
    return rows


def look(program, lens, workspace, out):
    """Reads a workspace in a run of its own."""
    os.makedirs(out)
    cells = lens.cells(workspace, out)
    if cells:
        run = program.run(workspace, cells)
        if not run.succeeded:
            raise Unreadable(str(run))
    return lens.read(workspace, out)
