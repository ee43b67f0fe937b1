"""Checks for words that make a sentence hard to read, in sources, tests, notebooks and the README.

    python english.py [FILE…]
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from swift_files import ROOT, ended, shown

# A pattern with what to write instead.
WORDS = {
    r"\b[Ll]ikewise\b": "say what it is",
    r"\bwhere (?:it|they|there|one) \w+ (?:not|none|no)\b": "if missing, unless …",
    r"\bat the most\b": "at most",
    r"\bso many\b": "at most N, the number of …",
    r"(?<!here )\b(?:is|are|was) no (?!longer\b|more\b|such\b)\w+": "is not a …, invalid …",
    r"(?<!\w[,.] )(?<!\bone )(?<!\banyone )(?<!\busers )\b[Ww]ho (?:reads|hears|sends|runs|asks|listens|uses|looks|writes|calls|wants|knows|waits|holds|gives|connects|needs)\b": "name the actor: the caller, the reader",
    r"\b(?:its|their) like\b": "name them",
    r"\bhas (?:its|their) say\b": "decides",
    r"\b[Ww]hose keys nobody\b": "without keys",
    r"\bthe environment under\b": "environment variable NAME",
    r"\bleft out of account\b": "ignored",
    r"(?:^|[.:] |\")Of (?:X|Kafka|Delta|Mastodon|Twitter|CSV|JSON|SQL|the sample|what|lost|each|a table|a hub)\b[^.]{0,40}:": "subject first: X: …",
    r"\bgoes? on behind\b": "skips",
    r"\bhears of\b": "is told, reports",
    r"\bwhat (?:is|was) gone\b": "deleted …",
    r"\bnobody (?:gave|listens|asked|waits|reads|hears)\b": "say what is missing",
}
PATTERNS = [(re.compile(pattern), advice) for pattern, advice in WORDS.items()]
ENDINGS = {".swift", ".py", ".md", ".c", ".h", ".gsw"}


def files():
    found = [ROOT / "README.md", ROOT / "Package.swift", ROOT / ".ci" / "run"]
    for folder in ("Sources", "Tests", "notebooks"):
        found += (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in ENDINGS | {".ipynb"})
    return [path for path in found if path.parent != ROOT / "Tests" / "Checks"]


def lines(path):
    """The lines that a person wrote, numbered; of a notebook without its outputs' repetitions."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return enumerate(text.split("\n"), start=1)
    sources = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    return [(number, line) for number, source in enumerate(sources, start=1) for line in source.split("\n")]


def main(paths):
    counts = Counter()
    for path in paths or files():
        for number, line in lines(path):
            for pattern, advice in PATTERNS:
                if found := pattern.search(line):
                    counts[pattern.pattern] += 1
                    print(f"{shown(path, number)}: “{found[0].strip()}”: {advice}")
    print(f"english: {counts.total()} places in {len(paths or files())} files")
    return bool(counts)


ended(main([Path(path).resolve() for path in sys.argv[1:] if not path.startswith("--")]))
