"""Checks that every public declaration has a documentation comment, and counts those of package declarations.

`python documentation.py --missing` lists what has none.
"""

import re
import sys
from collections import Counter

from swift_files import ROOT, code, ended, shown, swift_files

DECLARATION = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?P<access>public|package)(?:\(set\))?\s+"
    r"(?:(?:static|final|mutating|nonisolated|indirect|override|convenience|required|lazy|private\(set\)|internal\(set\)|package\(set\)|borrowing|consuming)\s+)*"
    r"(?P<kind>struct|class|enum|actor|protocol|typealias|func|init|var|let|subscript|associatedtype|macro)\b\s*(?P<name>[^\s(:<{=]*)"
)
# What a protocol of the standard library asks for has that protocol's documentation.
WITNESSES = re.compile(
    r"var (?:description|debugDescription|errorDescription|hashValue|rawValue|id|startIndex|endIndex)\b|func (?:==|<|hash|encode|makeIterator|next|index)(?!\w)"
    r"|init (?:from|\w+Literal)$"
)


def declared(found, line):
    """`func name`, `var name`, or `init label`."""
    name = found["name"] or re.match(r"\(?(\w*)", line[found.end() :])[1]
    return f"{found['kind']} {name}"


def is_documented(lines, index):
    while index > 0:
        above = lines[index - 1].strip()
        if above.startswith("///") or above.endswith("*/"):
            return True
        if not above.startswith("@") and not above.startswith("#"):
            return False
        index -= 1
    return False


def main():
    counts, missing = Counter(), []
    for path in swift_files("Sources"):
        source = path.read_text(encoding="utf-8")
        lines = source.split("\n")
        for index, line in enumerate(code(source).split("\n")):
            found = DECLARATION.match(line)
            if not found or WITNESSES.search(declared(found, line)):
                continue
            documented = is_documented(lines, index)
            counts[found["access"], documented] += 1
            if not documented:
                missing.append((found["access"], shown(path, index + 1), lines[index].strip()))
    for access, place, line in missing:
        if access == "public" or "--missing" in sys.argv:
            print(f"{place}: no documentation comment: {line}")
    shares = []
    for access in ("public", "package"):
        all_ = counts[access, True] + counts[access, False]
        shares.append(f"{counts[access, True]} of {all_} {access} declarations ({100 * counts[access, True] // max(all_, 1)} %)")
    print(f"documentation: {', '.join(shares)}")
    return counts["public", False] > 0


ended(main())
