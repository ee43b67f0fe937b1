"""The commands that touch files, each with what is there before it."""

import http.server
import json
import random
import threading
import urllib.parse
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from world import Lens

STREAM = "stream s --schema 'timestamp TIMESTAMP, favorite INT, lang STRING'"
HOURLY = f"{STREAM}\naggregate a --from s --window 1h --by lang --avg favorite --count"
CLOSING = f"{HOURLY} --watermark 1h"
DAILY = HOURLY.replace("--window 1h", "--window 1d")


def write(mode, more=""):
    return f"write a --to t --mode {mode} --events-per-batch 40 {more}".strip()


@dataclass(frozen=True)
class Scenario:
    """A command, and how one tells whether it kept its promise.

    kind: `whole`: what is there is as before or as after it, and the same command leads to `after`.
          `steps`: it goes forward in steps; the same command goes on from the last one and leads to `after`.
          `adds`: what it adds is there as far as it came; the same command adds all of it once more.
          `reads`: it changes nothing; its output is the right one.
    before: processes, each a tuple of cells, that make what is there before.
    """

    name: str
    kind: str
    cells: tuple
    before: tuple = ()
    arguments: tuple = ()
    lens: Lens = Lens()
    # Has the state between `before` and `after` fewer events (retention), or more?
    removes: bool = False


def events(count, seed, late=True):
    """JSON events in about the order of their times, some late, of a few languages."""
    chance = random.Random(seed)
    time = datetime(2019, 4, 10, tzinfo=timezone.utc)
    for number in range(count):
        time += timedelta(seconds=chance.randint(0, 240))
        delay = timedelta(minutes=chance.choice([0, 0, 0, 0, 20, 90, 300]) if late else 0)
        yield json.dumps({
            "timestamp": (time - delay).isoformat().replace("+00:00", "Z"),
            "favorite": number, "lang": chance.choice(["en", "de", None]), "source": seed,
        })


def make_inputs(workspace):
    """Files that the scenarios read."""
    folder = Path(workspace) / "inputs"
    folder.mkdir(parents=True)
    (folder / "first.jsonl").write_text("\n".join(events(60, 3)))
    (folder / "second.jsonl").write_text("\n".join(events(40, 4)))
    (folder / "hub.jsonl").write_text("\n".join(
        json.dumps({"body": body, "partition": number % 2, "offset": number, "key": f"k{number}"})
        for number, body in enumerate(events(30, 5))))
    (folder / "rows.csv").write_text("k,v\n1,10\n2,20\n3,30\n")
    (folder / "more.csv").write_text("k,v\n2,21\n4,40\n")
    (folder / "requests.jsonl").write_text("\n".join(json.dumps({
        "detectMode": "last",
        "request": {"granularity": "daily", "series": [
            {"timestamp": f"2019-04-{day:02}T00:00:00Z", "value": day % 7 + (50 if day == number else 0)}
            for day in range(1, 31)]},
    }) for number in (30, 0)))
    sources = ["set x 1", STREAM, "show s"]
    cells = [{"cell_type": "code", "id": f"c{index}", "metadata": {}, "source": source, "outputs": [],
              "execution_count": None} for index, source in enumerate(sources)]
    for name, some in (("new.ipynb", cells), ("old.ipynb", cells[:1])):
        (folder / name).write_text(json.dumps({"cells": some, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


SENT = ("connect hub default --partitions 2", "send --from {w}/inputs/first.jsonl")
MORE = ("send --from {w}/inputs/second.jsonl",)
WRITTEN = (SENT, (HOURLY, write("update")), MORE, (HOURLY, write("update")))
IMPORTED = (("import {w}/inputs/rows.csv --to t",), ("import {w}/inputs/more.csv --to t",))
HUB, TABLE = Lens(hub=True), Lens(table="t")


def all_scenarios(posts):
    search = (f"connect mastodon {posts}", "send --tag azure --limit 100 --fields id")
    return [
        Scenario("send, first", "adds", MORE, lens=HUB),
        Scenario("send", "adds", MORE, (SENT,), lens=HUB),
        Scenario("send --tag", "steps", search, lens=HUB),
        Scenario("hub import", "adds", ("hub import {w}/inputs/hub.jsonl",), (SENT,), lens=HUB),
        Scenario("hub export", "whole", ("hub export {w}/x.jsonl",), (SENT, MORE), lens=Lens(files=["x.jsonl"])),
        Scenario("hub retain", "steps", ("hub retain --size 4kB",),
                 (SENT, ("hub retain --size 8kB",), MORE, MORE, MORE, MORE), lens=HUB, removes=True),
        Scenario("write, complete", "steps", (HOURLY, write("complete")), (SENT,), lens=TABLE),
        Scenario("write, update", "steps", (HOURLY, write("update", "--partition-by lang")), (SENT,), lens=TABLE),
        Scenario("write, append", "steps", (CLOSING, write("append")), (SENT, MORE), lens=TABLE),
        Scenario("write, further", "steps", (HOURLY, write("update")), (*WRITTEN, MORE), lens=TABLE),
        Scenario("write, further, complete", "steps", (HOURLY, write("complete")),
                 (SENT, (HOURLY, write("complete")), MORE), lens=TABLE),
        Scenario("write --restart", "steps", (DAILY, write("update", "--restart")), WRITTEN, lens=TABLE),
        Scenario("write, continuous", "steps",
                 (HOURLY, write("update", "--trigger continuous"), "wait a", "stop a"), (SENT,), lens=TABLE),
        Scenario("import, new", "adds", ("import {w}/inputs/rows.csv --to t",), lens=TABLE),
        Scenario("import", "adds", ("import {w}/inputs/more.csv --to t",), IMPORTED, lens=TABLE),
        Scenario("import, overwrite", "whole", ("import {w}/inputs/more.csv --to t --mode overwrite",), IMPORTED, lens=TABLE),
        Scenario("import, merge", "whole", ("import {w}/inputs/more.csv --to t --mode merge --key k",),
                 IMPORTED[:1], lens=TABLE),
        Scenario("optimize", "whole", ("optimize t",), IMPORTED, lens=TABLE),
        Scenario("vacuum", "whole", ("vacuum t --retain 0h --yes",), (*WRITTEN, ("optimize t",)), lens=TABLE),
        *(Scenario(f"export, {form}", "whole", (f"export t {{w}}/x.{form}",), WRITTEN, lens=Lens(files=[f"x.{form}"]))
          for form in ("csv", "jsonl", "parquet")),
        Scenario("notebook save", "whole",
                 ("notebook open {w}/inputs/new.ipynb", "notebook save {w}/inputs/old.ipynb"),
                 lens=Lens(files=["inputs/old.ipynb"])),
        Scenario("notebook convert", "whole", ("notebook convert {w}/inputs/new.ipynb {w}/inputs/new.gsw",),
                 lens=Lens(files=["inputs/new.gsw"])),
        # Outputs are saved as cells end.
        Scenario("run -o", "steps", (), (SENT,), ("run", "{w}/inputs/new.ipynb", "-o", "{w}/inputs/old.ipynb"),
                 lens=Lens(files=["inputs/old.ipynb"])),
        Scenario("SELECT", "reads", ("SELECT * FROM t ORDER BY 1, 2;",), WRITTEN),
        Scenario("SELECT, older", "reads", ("SELECT count(*) FROM t VERSION AS OF 2;",), WRITTEN),
        Scenario("tables", "reads", ("tables",), WRITTEN),
        Scenario("history", "reads", ("history t",), WRITTEN),
        Scenario("hub", "reads", ("hub",), WRITTEN),
        Scenario("show", "reads", (STREAM, "show s"), WRITTEN),
        Scenario("show, aggregate", "reads", (HOURLY, "show a"), WRITTEN),
        Scenario("score", "reads", (), (), ("score", "{w}/inputs/requests.jsonl")),
    ]


class Posts:
    """A Mastodon server with a hundred posts of one tag, on the loopback interface."""

    def __init__(self):
        posts = [{
            "id": str(1000 + number), "created_at": f"2026-11-0{1 + number % 9}T00:00:00.000Z", "content": "<p>x</p>",
            "favourites_count": number, "reblogs_count": 0, "replies_count": 0, "language": "en", "reblog": None,
            "url": "u", "uri": "u", "account": {"acct": "a"},
        } for number in reversed(range(100))]

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                try:
                    above = int(query.get("since_id") or query.get("min_id") or 0)
                    below = int(query.get("max_id") or 1 << 62)
                except ValueError:
                    return self.send_error(400)
                page = [post for post in posts if above < int(post["id"]) < below][: int(query.get("limit", 20))]
                body = json.dumps(page).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
