"""The states in which a loss of power may leave a disk, by what POSIX promises and no more.

From the shim's journal of some runs: what is in a file is durable once the file is synced, a name once its folder is.
Until then each write, truncation and change of a name may have reached the disk or not, in any order; a write may have
reached it in part, by sectors, with zeros in place of those that did not.

The model looks at a tree of files and folders by number (inode), as the file system does, so that a file keeps its bytes
when its name changes. After "All File Systems Are Not Created Equal" (Pillai and others, OSDI 2014).
"""

import hashlib
import itertools
import os
import shutil
from dataclasses import dataclass, field

SECTOR = 512
O_TRUNC = os.O_TRUNC


@dataclass
class Change:
    """One change of the disk, and when it became durable."""

    what: str
    # Changes of names: set `name` in `folder` to `inode`, or take it away where that is None.
    names: list = field(default_factory=list)
    # Changes of bytes, of the file `inode`.
    inode: int | None = None
    offset: int = 0
    data: bytes | None = None
    # The number of changes made when a sync made it durable; None before.
    durable: int | None = None


@dataclass
class State:
    """Files by path, as bytes, and folders as None; and how the disk came to it."""

    files: dict
    after: int
    how: str


class Disk:
    """What happened to one folder. Inode 0 is the folder itself."""

    def __init__(self, root, pristine=None):
        self.root = str(root).rstrip("/")
        self.folders = {0: {}}
        self.contents = {}
        self.live = {self.root: 0}
        self.changes = []
        self.fresh = itertools.count(1)
        if pristine:
            self._load(str(pristine))
        self.first_names = {inode: dict(names) for inode, names in self.folders.items()}
        self.first_contents = {inode: bytes(data) for inode, data in self.contents.items()}

    def _load(self, pristine):
        for folder, folders, files in os.walk(pristine):
            path = self.root + folder[len(pristine):]
            for name in folders + files:
                inode = next(self.fresh)
                self.live[f"{path}/{name}"] = inode
                self.folders[self.live[path]][name] = inode
                if name in folders:
                    self.folders[inode] = {}
                else:
                    with open(os.path.join(folder, name), "rb") as file:
                        self.contents[inode] = file.read()

    # -- From the journal ---------------------------------------------------------------------------------------------

    def take(self, calls):
        """Adds the calls of a run that succeeded in changing something."""
        for call in calls:
            if call.result >= 0 and (call.path + "/").startswith(self.root + "/"):
                handler = getattr(self, "_" + call.kind, None)
                if handler:
                    handler(call)

    def _place(self, path):
        folder, name = path.rsplit("/", 1)
        return self.live[folder], name

    def _add(self, call, **change):
        what = f"{call.kind} {call.path[len(self.root) + 1:]}"
        self.changes.append(Change(what, **change))

    def _creat(self, call):
        if call.path in self.live:
            return self._open(call)
        inode = next(self.fresh)
        self.live[call.path] = inode
        self.contents[inode] = b""
        folder, name = self._place(call.path)
        self._add(call, names=[(folder, name, inode)])

    def _open(self, call):
        if call.number & O_TRUNC:
            self._add(call, inode=self.live[call.path], offset=0)

    def _ftruncate(self, call):
        self._add(call, inode=self.live[call.path], offset=call.number)

    def _write(self, call):
        # A file whose name is gone is lost anyway.
        if call.path in self.live:
            self._add(call, inode=self.live[call.path], offset=call.number, data=call.data)

    def _mkdir(self, call):
        if call.path == self.root:
            return
        inode = next(self.fresh)
        self.live[call.path] = inode
        self.folders[inode] = {}
        folder, name = self._place(call.path)
        self._add(call, names=[(folder, name, inode)])

    def _link(self, call):
        inode = self.live[call.path]
        self.live[call.other] = inode
        folder, name = self._place(call.other)
        self._add(call, names=[(folder, name, inode)])

    def _rename(self, call):
        inode = self.live[call.path]
        old, new = self._place(call.path), self._place(call.other)
        for path in [path for path in self.live if (path + "/").startswith(call.path + "/")]:
            self.live[call.other + path[len(call.path):]] = self.live.pop(path)
        # One change: POSIX has no moment without either name, if both are in one folder.
        self._add(call, names=[(*old, None), (*new, inode)])

    def _unlink(self, call):
        folder, name = self._place(call.path)
        if self.live.pop(call.path, None) is not None:
            self._add(call, names=[(folder, name, None)])

    _rmdir = _unlink

    def _fsync(self, call):
        inode = self.live.get(call.path)
        for change in self.changes:
            touches = change.inode == inode or any(folder == inode for folder, _, _ in change.names)
            if change.durable is None and inode is not None and touches:
                change.durable = len(self.changes)

    # -- The states ---------------------------------------------------------------------------------------------------

    def pending(self, after):
        """The changes among the first `after` that need not be on the disk."""
        return [index for index, change in enumerate(self.changes[:after])
                if change.durable is None or change.durable > after]

    def whole(self, after):
        """What is there after the first `after` changes, if the power stays."""
        return State(self._build(after, set(range(after)), {}, None), after, "everything on the disk")

    def states(self, chance, first=0, thorough=False):
        """Every state that may be found after each change from `first` on, once each; of many pending changes some of their
        subsets, chosen by `chance`."""
        seen = set()
        for after in range(first, len(self.changes) + 1):
            pending = self.pending(after)
            durable = set(range(after)) - set(pending)
            for how, chosen, torn in self._choices(pending, chance, thorough):
                files = self._build(after, durable | chosen, torn, chance)
                digest = hashlib.sha256(repr(sorted(files.items())).encode()).digest()
                if digest not in seen:
                    seen.add(digest)
                    yield State(files, after, how)

    def _choices(self, pending, chance, thorough):
        """Which of the pending changes are on the disk, and which writes only in part: (words, changes, {change: how})."""
        whole = set(pending)
        few = 6 if thorough else 3
        if len(pending) <= few:
            for size in range(len(pending) + 1):
                for some in itertools.combinations(pending, size):
                    yield self._words(some, pending), set(some), {}
        else:
            yield "nothing pending on the disk", set(), {}
            yield "everything pending on the disk", whole, {}
            for index in pending if thorough else [pending[-1], *chance.sample(pending[:-1], few - 1)]:
                yield self._words([index], pending), {index}, {}
                yield f"all but {self.changes[index].what}", whole - {index}, {}
            for _ in range(6 if thorough else 1):
                some = [index for index in pending if chance.random() < 0.5]
                yield self._words(some, pending), set(some), {}
        writes = [index for index in pending if self.changes[index].data]
        if writes:
            yield "names without data", whole - set(writes), {}
        for index in writes if thorough else writes[-1:]:
            for part in ("half", "zeros", "first sector", "last sector", "some sectors"):
                yield f"{part} of {self.changes[index].what}", whole, {index: part}

    def _words(self, some, pending):
        missing = [self.changes[index].what for index in pending if index not in some]
        return "without " + ", ".join(missing) if missing else "everything pending on the disk"

    def _build(self, after, chosen, torn, chance):
        names = {inode: dict(self.first_names.get(inode, {})) for inode in self.folders}
        contents = {inode: bytearray(self.first_contents.get(inode, b"")) for inode in self.contents}
        for index, change in enumerate(self.changes[:after]):
            if index not in chosen:
                continue
            for folder, name, inode in change.names:
                if inode is None:
                    names[folder].pop(name, None)
                else:
                    names[folder][name] = inode
            if change.inode is not None:
                if change.data is None:
                    resize(contents[change.inode], change.offset)
                else:
                    put(contents[change.inode], change.offset, change.data, torn.get(index), chance)
        files = {}

        def walk(inode, path):
            for name, inner in names[inode].items():
                if inner in names:
                    files[path + name] = None
                    walk(inner, f"{path}{name}/")
                else:
                    files[path + name] = bytes(contents[inner])

        walk(0, "")
        return files


def resize(content, length):
    if length < len(content):
        del content[length:]
    else:
        content.extend(bytes(length - len(content)))


def put(content, offset, data, part, chance):
    """Writes data, or the part of it that reached the disk; elsewhere is what was there before, or zeros."""
    if part == "half":
        data = data[: len(data) // 2]
    end = offset + len(data)
    if len(content) < end:
        resize(content, end)
    if part in (None, "half"):
        content[offset:end] = data
        return
    sectors = range(offset - offset % SECTOR, end, SECTOR)
    kept = {
        "zeros": [], "first sector": sectors[:1], "last sector": sectors[-1:],
        "some sectors": [sector for sector in sectors if chance.random() < 0.5],
    }[part]
    for sector in kept:
        first, last = max(sector, offset), min(sector + SECTOR, end)
        content[first:last] = data[first - offset : last - offset]


def restore(state, folder):
    """Makes the files of a state in a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for path, data in sorted(state.files.items()):
        if data is None:
            os.makedirs(os.path.join(folder, path), exist_ok=True)
        else:
            with open(os.path.join(folder, path), "wb") as file:
                file.write(data)
