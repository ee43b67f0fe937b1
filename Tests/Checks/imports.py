"""Checks that arrows go one way: among the folders of each target, and from programs alone to what runs the cells.

    python imports.py [--edges]        --edges prints every arrow with an example

Swift has no imports between folders, so the arrows are read from names: a folder uses another one when its code names a type
that only the other one declares. A folder is one directly in a target's; the files beside the folders are one more, `.`. Arrows in
allowed.txt do not count: `Target: From -> To`.
"""

import re
import sys
from collections import defaultdict

from swift_files import ROOT, code, depths, ended, line_of, shown, swift_files

DECLARATION = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)")
IMPORT = re.compile(r"^[ \t]*(?:@\w+ )*(?:package |public )?import (?:struct |class |enum |func )?(\w+)", re.M)
# Only programs choose what runs the cells.
BACKENDS = {"LocalPipeline", "SparkPipeline"}
PROGRAMS = {"groundswell"}


def folder_of(path, target):
    parts = path.relative_to(target).parts
    return parts[0] if len(parts) > 1 else "."


def arrows(target):
    """From folder to folder, with an example."""
    files = {path: code(path.read_text(encoding="utf-8")) for path in swift_files(target)}
    owners, nested = defaultdict(set), defaultdict(set)
    for path, text in files.items():
        depth = depths(text)
        for found in DECLARATION.finditer(text):
            (nested if depth[found.start()] else owners)[found[1]].add(folder_of(path, target))
    found = {}
    for path, text in files.items():
        here = folder_of(path, target)
        for word in re.finditer(r"(?<![.\w])[A-Z]\w*", text):
            owner = owners.get(word[0], set())
            # A folder's own nested type of the same name comes first.
            if len(owner) == 1 and here not in owner | nested[word[0]]:
                found.setdefault((here, *owner), f"{shown(path, line_of(text, word.start()))} names {word[0]}")
    return found


def cycles(edges):
    """Groups of folders of which each reaches each other."""
    following = defaultdict(set)
    for start, end in edges:
        following[start].add(end)

    def reached(start):
        seen, open_ = set(), [start]
        while open_:
            new = following[open_.pop()] - seen
            seen |= new
            open_ += new
        return seen

    reach = {folder: reached(folder) for folder in list(following)}
    groups = {frozenset(other for other in reach[folder] if folder in reach.get(other, ())) for folder in reach}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def allowed():
    lines = (ROOT / "Tests/Checks/allowed.txt").read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def main():
    faults = arrow_count = 0
    exceptions, used = allowed(), set()
    for target in sorted(path for path in (ROOT / "Sources").iterdir() if path.is_dir()):
        found = arrows(target)
        arrow_count += len(found)
        if "--edges" in sys.argv:
            for (start, end), example in sorted(found.items()):
                print(f"{target.name}: {start} -> {end}  ({example})")
        used |= {name for name in exceptions if any(f"{target.name}: {a} -> {b}" == name for a, b in found)}
        found = {edge: example for edge, example in found.items() if f"{target.name}: {edge[0]} -> {edge[1]}" not in exceptions}
        for group in cycles(found):
            faults += 1
            print(f"{target.name}: a cycle of {', '.join(group)}")
            for (start, end), example in sorted(found.items()):
                if start in group and end in group:
                    print(f"  {start} -> {end}: {example}")
        if target.name not in PROGRAMS | BACKENDS:
            for path in swift_files(target):
                for name in BACKENDS & set(IMPORT.findall(path.read_text(encoding="utf-8"))):
                    faults += 1
                    print(f"{shown(path)}: imports {name}, which only programs do")
    for name in sorted(exceptions - used):
        faults += 1
        print(f"Tests/Checks/allowed.txt: {name} is not needed any more")
    print(f"imports: {arrow_count} arrows between folders, {faults} faults")
    return bool(faults)


ended(main())
