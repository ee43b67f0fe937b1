"""What the checks share: reading Swift files, without comments and texts, and ending. Each check takes --report: it then prints
what it finds, and succeeds."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def swift_files(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.swift"))


def shown(path, line=None):
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


OPENING = re.compile(r'//|/\*|(#*)("""|")|(#+)/')


def code(text):
    """The text with blanks in place of comments, texts and regular expressions; line ends stay."""
    kept, position = [], 0
    while found := OPENING.search(text, position):
        kept.append(text[position : found.start()])
        end = end_of(text, found)
        kept.append(re.sub(r"[^\n]", " ", text[found.start() : end]))
        position = end
    return "".join(kept) + text[position:]


def end_of(text, opening):
    """Where what begins at the match ends."""
    if opening[0] == "//":
        end = text.find("\n", opening.end())
        return len(text) if end < 0 else end
    if opening[0] == "/*":
        return end_of_comment(text, opening.end())
    if opening[3]:
        end = text.find("/" + opening[3], opening.end())
        return len(text) if end < 0 else end + 1 + len(opening[3])
    return end_of_string(text, opening.end(), opening[2] + opening[1], "\\" + opening[1])


def end_of_comment(text, position):
    depth = 1
    while depth and (found := re.compile(r"/\*|\*/").search(text, position)):
        depth += 1 if found[0] == "/*" else -1
        position = found.end()
    return position


def end_of_string(text, position, closing, escape):
    while position < len(text):
        if text.startswith(closing, position):
            return position + len(closing)
        if text.startswith(escape, position):
            position += len(escape)
            position = end_of_interpolation(text, position + 1) if text[position] == "(" else position + 1
        else:
            position += 1
    return position


def end_of_interpolation(text, position):
    depth = 1
    while depth and position < len(text):
        if (found := OPENING.match(text, position)) and found[2]:
            position = end_of(text, found)
            continue
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        position += 1
    return position


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def depths(text):
    """For each position, how many braces are open there."""
    depth, all_depths = 0, []
    for character in text:
        depth -= character == "}"
        all_depths.append(depth)
        depth += character == "{"
    return all_depths


def ended(has_faults):
    sys.exit(1 if has_faults and "--report" not in sys.argv else 0)
