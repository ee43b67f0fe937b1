"""Checks sizes: no function has more than 60 lines, no file more than 400. `python sizes.py --longest` prints the longest."""

import re
import sys

from swift_files import code, ended, line_of, shown, swift_files

FUNCTION_LINES, FILE_LINES = 60, 400
FUNCTION = re.compile(r"\b(?:func\s+\S+?|init[?!]?|deinit|subscript)\s*[(<{]")


def body_end(text, start):
    """Where the body of the function that begins at `start` ends; None if it has no body, as in a protocol."""
    depth, position = 0, start
    while position < len(text):
        character = text[position]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0 and character == "{":
            break
        elif depth < 0 or (depth == 0 and character == "}"):
            return None
        elif depth == 0 and character == "\n" and re.match(r"\s*(?:(?:package|public|private|static|mutating|@\w+)\s+)*(?:func|init|var|let|case|subscript|associatedtype)\b", text[position:]):
            return None
        position += 1
    depth = 0
    for position in range(position, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return None


def main():
    functions, files = [], []
    for path in swift_files("Sources", "Tests"):
        source = path.read_text(encoding="utf-8")
        files.append((source.count("\n"), shown(path)))
        text = code(source)
        for found in FUNCTION.finditer(text):
            before = text[max(0, found.start() - 1) : found.start()]
            if before in (".", "`"):
                continue
            end = body_end(text, found.end() - 1)
            if end:
                start = line_of(text, found.start())
                functions.append((line_of(text, end) - start + 1, shown(path, start)))
    functions.sort(reverse=True)
    files.sort(reverse=True)
    if "--longest" in sys.argv:
        for lines, place in functions[:12] + files[:12]:
            print(f"{lines:5} {place}")
    faults = [f"{place}: a function of {lines} lines; {FUNCTION_LINES} are the limit" for lines, place in functions if lines > FUNCTION_LINES]
    faults += [f"{place}: {lines} lines; {FILE_LINES} are the limit" for lines, place in files if lines > FILE_LINES]
    print("\n".join(faults + [f"sizes: {len(functions):,} functions, {len(files)} files, {len(faults)} too long"]))
    return bool(faults)


ended(main())
