"""Servers on loopback that answer as X's API v2 and Mastodon do, and fail as they are told."""

import gzip
import http.server
import json
import os
import subprocess
import threading
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

import pytest

TOKEN = "AAAA-the-token-of-the-test"
START = datetime(2026, 11, 20, tzinfo=timezone.utc)


def post(number, **more):
    """The post of that number in X's shape, v2; later ones have larger identifiers, of more digits, too."""
    time_ = (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    metrics = {"retweet_count": number % 3, "reply_count": 0, "like_count": number, "quote_count": 0, "bookmark_count": 0, "impression_count": 9}
    return {"id": str(95 + number), "text": f"post {number}", "created_at": time_, "public_metrics": metrics, "lang": "en", "edit_history_tweet_ids": [str(95 + number)]} | more


def status(number, **more):
    """The same in Mastodon's."""
    time_ = (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"id": str(95 + number), "created_at": time_, "favourites_count": number, "reblogs_count": 1, "replies_count": 0, "language": "de",
            "content": "<p>x &amp; <span>y</span></p>", "reblog": None, "visibility": "public", "account": {"acct": "ann", "bot": False}, "tags": [{"name": "azure"}]} | more


class Service:
    """A server with posts, newest last, that notes what it was asked; `faults` are taken one a request."""

    def __init__(self):
        self.posts, self.asked, self.faults, self.extra = [], [], [], {}
        self.served = 0
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                address = urllib.parse.urlparse(self.path)
                query = dict(urllib.parse.parse_qsl(address.query))
                service.asked.append((address.path, query, dict(self.headers)))
                fault = service.faults.pop(0) if service.faults else None
                if callable(fault):
                    return fault(self)
                if self.headers.get("Authorization") not in (f"Bearer {TOKEN}", None):
                    return service.answer(self, 401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"})
                if address.path == "/2/tweets/search/recent":
                    service.search(self, query)
                elif address.path == "/api/v1/timelines/tag/azure":
                    service.timeline(self, query)
                else:
                    service.answer(self, 404, {"error": "Record not found"})

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def found(self, after, before):
        posts = [each for each in self.posts if int(after or 0) < int(each["id"]) < int(before or 1 << 62)]
        return posts[::-1]

    def search(self, handler, query):
        assert set(query) <= {"query", "max_results", "tweet.fields", "since_id", "until_id", "next_token"}, query
        size = int(query.get("max_results", 10))
        if not 10 <= size <= 100:
            return self.answer(handler, 400, {"title": "Invalid Request", "detail": "max_results"})
        posts = self.found(query.get("since_id"), query.get("next_token") or query.get("until_id"))
        page = posts[:size]
        self.served += len(page)
        meta = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if len(posts) > size:
            meta["next_token"] = page[-1]["id"]
        self.answer(handler, 200, ({"data": page} if page else {}) | self.extra | {"meta": meta}, {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "449"})

    def timeline(self, handler, query):
        size = int(query.get("limit", 20))
        assert 1 <= size <= 40
        posts = self.found(query.get("since_id"), query.get("max_id"))
        page = posts[:size]
        link = f'<{self.url}/api/v1/timelines/tag/azure?max_id={page[-1]["id"]}>; rel="next", <{self.url}/x>; rel="prev"' if page and len(posts) > size else f'<{self.url}/x>; rel="prev"'
        self.answer(handler, 200, page, {"Link": link, "X-RateLimit-Limit": "300"})

    @staticmethod
    def answer(handler, code, content, headers={}):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        if "gzip" in handler.headers.get("Accept-Encoding", ""):
            body, headers = gzip.compress(body), dict(headers, **{"Content-Encoding": "gzip"})
        handler.send_response(code)
        for name, value in {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


def refuse(code, content={}, headers=lambda: {}):
    return lambda handler: Service.answer(handler, code, content, headers())


def rate_limit(seconds, name, value):
    return refuse(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, lambda: {name: value(time.time() + seconds)})


def cut_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"data":[{"id":')
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(2)


def slow(content):
    """Byte after byte, in about a second."""

    def serve(handler):
        body = json.dumps(content).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for start in range(0, len(body), 1 + len(body) // 20):
            handler.wfile.write(body[start : start + 1 + len(body) // 20])
            handler.wfile.flush()
            time.sleep(0.05)

    return serve


@pytest.fixture
def service():
    service = Service()
    yield service
    service.server.shutdown()


class Shell:
    def __init__(self, program, workspace):
        self.program, self.workspace = program, workspace
        self.environment = dict(os.environ, TOKEN=TOKEN)

    def command(self, cells):
        return [self.program, "--workspace", str(self.workspace)] + [word for cell in cells for word in ("-c", cell)]

    def run(self, *cells):
        done = subprocess.run(self.command(cells), capture_output=True, text=True, timeout=120, env=self.environment)
        assert TOKEN not in done.stdout + done.stderr
        return done

    def output(self, *cells):
        done = self.run(*cells)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}status {done.returncode}"
        return done.stdout

    def failure(self, *cells):
        done = self.run(*cells)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stderr.splitlines()

    def likes(self):
        """Of the events in the hub, in their order."""
        file = self.workspace.parent / "export.jsonl"
        self.output(f"hub export {file}")
        return [json.loads(json.loads(line)["body"])["favorite"] for line in file.read_text().splitlines()]

    def bodies(self):
        file = self.workspace.parent / "export.jsonl"
        self.output(f"hub export {file}")
        return [json.loads(line)["body"] for line in file.read_text().splitlines()]


@pytest.fixture
def shell(program, tmp_path):
    return Shell(program, tmp_path / "workspace")
