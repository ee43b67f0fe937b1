"""X's search and Mastodon's timelines as sources: paging, what is new, money, limits, faults."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import TOKEN, cut_off, post, rate_limit, refuse, slow, status


@pytest.fixture
def x(shell, service):
    """Runs `send --query` with options; gives what it printed."""
    connect = f"connect twitter env:TOKEN --server {service.url}"
    return lambda *options: shell.output(connect, " ".join(["send --query '#Azure'", "--yes", *options])).split("\n", 1)[1]


@pytest.fixture
def mastodon(shell, service):
    return lambda *options: shell.output(f"connect mastodon {service.url}", " ".join(["send --tag azure", *options])).split("\n", 1)[1]


def following(shell, service):
    """Runs `send --follow`, which searches again every 50 ms."""
    return subprocess.Popen(
        shell.command([f"connect mastodon {service.url}", "send --tag azure --follow --every 50ms"]), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=shell.environment
    )


def wait_until_asked(times, service, process):
    while len(service.asked) < times:
        assert process.poll() is None
        time.sleep(0.01)


def test_a_search_is_sent_newest_first_and_says_what_it_cost(x, service, shell):
    service.posts = [post(number) for number in range(3)]
    assert x("--limit 25") == (
        "reading up to 25 posts costs up to $0.13 at X\n"
        'Sent event: {"timestamp":"2026-11-20T00:02:00.000Z","favorite":2}\n'
        'Sent event: {"timestamp":"2026-11-20T00:01:00.000Z","favorite":1}\n'
        'Sent event: {"timestamp":"2026-11-20T00:00:00.000Z","favorite":0}\n'
        "sent 3 events to the hub default\n"
        "read 3 posts: $0.02\n"
    )
    path, query, headers = service.asked[0]
    assert query["query"] == "(#Azure) -is:retweet" and query["max_results"] == "25" and headers["Authorization"] == f"Bearer {TOKEN}"
    assert query["tweet.fields"].startswith("created_at,public_metrics,")


def test_money_is_spent_only_when_it_was_said(shell, service):
    connect = f"connect twitter env:TOKEN --server {service.url}"
    assert shell.failure(connect, "send --query '#Azure'") == [
        "reading up to 100 posts costs up to $0.50 at X", "confirm the cost: --yes; or read fewer: --limit N",
    ]
    assert shell.failure(connect, "send --query '#Azure' --limit 101")[0] == "reading up to 110 posts costs up to $0.55 at X"
    assert service.asked == []


def test_pages_follow_each_other_and_the_budget_holds(x, service, shell):
    service.posts = [post(number) for number in range(300)]
    assert "sent 250 events" in x("--limit 250")
    assert shell.likes() == list(range(299, 49, -1))
    assert [query["max_results"] for _, query, _ in service.asked] == ["100", "100", "50"]
    assert service.served == 250


def test_a_second_run_sends_only_what_is_new(x, service, shell):
    service.posts = [post(number) for number in range(8)]
    assert "sent 8 events" in x()
    assert "sent 0 events" in x() and service.asked[-1][1]["since_id"] == "102"
    service.posts += [post(number) for number in range(8, 130)]
    assert "sent 122 events" in x("--limit 200")
    assert sorted(shell.likes()) == list(range(130))
    assert "sent 130 events" in x("--restart --limit 200")
    # Another search is another matter, and so is another hub.
    assert "sent 100 events" in shell.output(f"connect twitter env:TOKEN --server {service.url}", "send --query other --yes")
    assert "sent 100 events" in shell.output("connect hub other", f"connect twitter env:TOKEN --server {service.url}", "send --query '#Azure' --yes")


def test_what_a_limit_kept_out_comes_with_the_next_run(x, service, shell):
    service.posts = [post(number) for number in range(8)]
    x()
    service.posts += [post(number) for number in range(8, 300)]
    for sent in (100, 100):
        output = x()
        assert f"sent {sent} events" in output and output.endswith("more new posts are available: send again to read them\n")
    service.posts += [post(number) for number in range(300, 310)]
    # A page has ten posts at the least: eight more would cost more than was said.
    assert "sent 92 events" in x() and "sent 10 events" in x()
    assert sorted(shell.likes()) == list(range(310))


def test_a_rest_that_a_smaller_limit_does_not_hold_stays_a_rest(shell, service, x):
    service.posts = [post(number) for number in range(300)]
    service.faults = [None] + [refuse(401)]
    done = shell.run(f"connect twitter env:TOKEN --server {service.url}", "send --query '#Azure' --yes --limit 1000")
    # What was paid for is said then, too.
    assert done.returncode == 1 and "sent 100 events" in done.stdout and "read 100 posts: $0.50" in done.stdout
    assert "sent 20 events" in x("--limit 20")
    assert "sent 180 events" in x("--limit 1000")
    assert sorted(shell.likes()) == list(range(300))


def test_a_first_look_that_was_cut_ends_where_its_limit_had_it(shell, service, x):
    service.posts = [post(number) for number in range(1000)]
    service.faults = [None] + [refuse(401)]
    assert shell.run(f"connect twitter env:TOKEN --server {service.url}", "send --query '#Azure' --yes --limit 200").returncode == 1
    service.posts += [post(number) for number in range(1000, 1010)]
    output = x("--limit 200")
    assert "sent 110 events" in output and "left out older posts" in output
    assert sorted(shell.likes()) == list(range(800, 1010))
    assert "sent 0 events" in x("--limit 200")


def test_following_what_is_free_does_not_end_at_the_usual_limit(shell, service):
    service.posts = [status(number) for number in range(1100)]
    process = following(shell, service)
    wait_until_asked(27, service, process)
    service.posts.append(status(1100))
    before = len(service.asked)
    wait_until_asked(before + 3, service, process)
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=10)
    assert "sent 1,001 events" in output and "left out older posts" in output, output + error


def test_no_more_is_read_than_was_said(x, service, shell):
    """Pages have ten posts or more: of what comes bit by bit fewer may be had than were wanted."""
    service.posts = [post(number, text="RT @ann: x") if number % 2 else post(number) for number in range(11)]
    later = [post(number) for number in range(11, 40)]

    def grow(handler):
        service.posts += [later.pop(0) for _ in range(3)]
        service.search(handler, service.asked[-1][1])

    service.faults = [None, grow, grow, grow]
    assert "costs up to $0.08" in x("--limit 15 --follow --every 10ms")
    assert service.served <= 15


def test_posts_that_x_looks_at_no_more_are_named(x, service, shell):
    service.posts = [post(number) for number in range(3)]
    x()
    service.posts = [post(number) for number in range(5, 8)]
    old = {"errors": [{"parameters": {"since_id": ["97"]}, "message": "'since_id' must be a tweet id created after [TIMESTAMP]."}], "title": "Invalid Request"}
    service.faults = [refuse(400, old)]
    assert x().endswith("sent 3 events to the hub default\nread 3 posts: $0.02\nX did not return everything:\n  X finds posts of the last seven days only\n")
    assert sorted(shell.likes()) == [0, 1, 2, 5, 6, 7]


def test_beginning_anew_forgets_nothing_until_something_is_sent(shell, service, x):
    service.posts = [post(number) for number in range(3)]
    x()
    service.faults = [refuse(401)]
    assert shell.run(f"connect twitter env:TOKEN --server {service.url}", "send --query '#Azure' --yes --restart").returncode == 1
    assert "sent 0 events" in x()


def test_who_follows_outlives_an_outage(shell, service):
    service.posts = [status(0)]
    service.faults = [None] + [refuse(503)] * 4
    process = following(shell, service)
    wait_until_asked(3, service, process)
    service.posts.append(status(1))
    wait_until_asked(8, service, process)
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=10)
    assert "sent 2 events" in output, output + error


@pytest.mark.parametrize("moment", [2, 3])
def test_a_run_that_was_cut_goes_on_where_it_was(shell, service, moment):
    """Killed at its second or third page: what comes next is the rest and what is new, each once."""
    service.posts = [post(number) for number in range(300)]
    connect = f"connect twitter env:TOKEN --server {service.url}"
    process = None

    def kill(handler):
        process.kill()
        process.wait()

    service.faults = [None] * (moment - 1) + [kill]
    process = subprocess.Popen(shell.command([connect, "send --query '#Azure' --yes --limit 1000"]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=shell.environment)
    process.wait()
    service.posts += [post(number) for number in range(300, 340)]
    shell.output(connect, "send --query '#Azure' --yes --limit 1000")
    assert sorted(shell.likes()) == list(range(340))
    assert service.served == 340


@pytest.mark.parametrize("step", ["written", "in-place"])
@pytest.mark.parametrize("times", [1, 2, 3, 4, 5, 6])
def test_each_post_is_sent_once_wherever_a_run_is_killed(shell, service, step, times):
    """Killed at every writing of the mark: before a page is sent, and between the hub and the mark."""
    service.posts = [status(number) for number in range(100)]
    cells = [f"connect mastodon {service.url}", "send --tag azure --limit 1000"]
    killed = subprocess.run(shell.command(cells), capture_output=True, env=dict(shell.environment, GROUNDSWELL_KILL_AT=f"{step} /searches/ {times}"), timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed
    service.posts += [status(number) for number in range(100, 110)]
    # A run that is killed as it takes up the rest leaves nothing twice either.
    subprocess.run(shell.command(cells), capture_output=True, env=dict(shell.environment, GROUNDSWELL_KILL_AT=f"{step} /searches/ 2"), timeout=60)
    service.posts += [status(number) for number in range(110, 120)]
    for _ in range(3):
        shell.output(*cells)
    assert sorted(shell.likes()) == list(range(120))


def test_a_page_that_is_known_to_be_in_the_hub_is_left_out_also_behind_other_senders(shell, service):
    service.posts = [status(number) for number in range(30)]
    cells = [f"connect mastodon {service.url}", "send --tag azure"]
    subprocess.run(shell.command(cells), capture_output=True, env=dict(shell.environment, GROUNDSWELL_KILL_AT="written /searches/ 2"), timeout=60)
    assert len(shell.likes()) == 30
    shell.output("send --sample --days 1")
    held = len(shell.likes())
    assert "sent 0 events" in shell.output(*cells)
    assert len(shell.likes()) == held


def test_following_sends_what_comes_until_it_is_told_to_stop(shell, service):
    service.posts = [post(number) for number in range(3)]
    process = following(shell, service)
    service.posts = [status(number) for number in range(3)]
    wait_until_asked(4, service, process)
    for number in range(3, 60):
        service.posts.append(status(number))
        time.sleep(0.005)
    before = len(service.asked)
    wait_until_asked(before + 3, service, process)
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=10)
    assert "sent 60 events to the hub default" in output, output + error
    assert sorted(shell.likes()) == list(range(60))


def test_following_ends_with_the_budget(x, service):
    service.posts = [post(number) for number in range(30)]
    assert "sent 12 events" in x("--follow --limit 12 --every 10ms")


def test_retweets_are_left_out_and_what_is_no_post_is_named(x, mastodon, service):
    service.posts = [post(0), post(1, referenced_tweets=[{"type": "retweeted", "id": "1"}]), post(2, text="RT @ann: post"), post(3), post(4)]
    del service.posts[4]["created_at"]
    assert x().endswith("sent 2 events to the hub default\nread 5 posts: $0.03\nleft out 2 retweets\nleft out 1 post:\n  created_at is missing\n")
    service.posts = [status(0), status(1, reblog=status(2))]
    assert mastodon().endswith("sent 1 event to the hub default\nleft out 1 boost\n")


def test_fields_go_into_the_event(x, mastodon, service, shell):
    entities = {"hashtags": [{"start": 0, "end": 2, "tag": "Azure"}, {"start": 3, "end": 5, "tag": "é\"x"}]}
    metrics = {"like_count": 5, "repost_count": 7}
    service.posts = [post(1, entities=entities, author_id="77"), post(2, public_metrics=metrics)]
    x("--fields lang,retweets,tags,author,views,id")
    assert shell.bodies() == [
        '{"timestamp":"2026-11-20T00:02:00.000Z","favorite":5,"lang":"en","retweets":7,"id":"97"}',
        '{"timestamp":"2026-11-20T00:01:00.000Z","favorite":1,"lang":"en","retweets":1,"tags":"Azure,é\\"x","author":"77","views":9,"id":"96"}',
    ]
    lines = shell.failure(f"connect mastodon {service.url}", "send --tag azure --fields langg")
    assert [lines[0], lines[-1]] == ["there is no field of tweets 'langg'", "did you mean 'lang'?"]


def test_a_mastodon_timeline_is_paged_and_costs_nothing(mastodon, service, shell):
    service.posts = [status(number) for number in range(100)]
    output = mastodon()
    assert "sent 100 events" in output and "$" not in output
    assert shell.likes() == list(range(99, -1, -1))
    assert [query.get("max_id") for _, query, _ in service.asked] == [None, "155", "115"]
    assert "sent 0 events" in mastodon("--fields lang,author,tags")
    mastodon("--fields text,author --limit 1 --restart")
    assert shell.bodies()[-1] == '{"timestamp":"2026-11-20T01:39:00.000Z","favorite":99,"text":"x & y","author":"ann"}'


def test_partial_errors_are_told(x, service):
    service.posts = [post(0)]
    service.extra = {"errors": [{"title": "Not Found Error", "detail": "Could not find post 5.", "type": "https://api.x.com/2/problems/resource-not-found", "value": "5"}]}
    assert x().endswith("read 1 post: $0.01\nX did not return everything:\n  Not Found Error: Could not find post 5.\n")


@pytest.mark.parametrize(
    "faults",
    [
        [refuse(503, {"title": "Service Unavailable"})], [refuse(500, b"<html>")] * 2, [refuse(200, b'{"data": [')], [refuse(200, b"")], [refuse(200, {"data": []})],
        [cut_off], [slow({"data": [post(0)], "meta": {"result_count": 1, "newest_id": "95", "oldest_id": "95"}})],
        [rate_limit(1, "x-rate-limit-reset", lambda time_: str(int(time_)))],
        [rate_limit(-30, "x-rate-limit-reset", lambda time_: str(int(time_)))],
    ],
    ids=["503", "500 twice", "half JSON", "nothing", "no meta", "cut off", "slow", "429", "429 of the past"],
)  # fmt: skip
def test_what_passes_is_waited_for(x, service, shell, faults):
    service.posts = [post(0)]
    service.faults = list(faults)
    assert "sent 1 event to" in x()
    assert shell.likes() == [0]


def test_mastodons_limit_names_a_time(mastodon, service):
    service.posts = [status(0)]
    stamp = lambda time_: time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(time_))  # noqa: E731
    service.faults = [rate_limit(1, "X-RateLimit-Reset", stamp)]
    began = time.monotonic()
    assert "sent 1 event to" in mastodon()
    assert time.monotonic() - began > 1


@pytest.mark.parametrize(
    ("fault", "lines"),
    [
        (refuse(401, {"title": "Unauthorized", "detail": "Unauthorized"}), ["HOST refused (401): Unauthorized", "check the app's bearer token in the environment"]),
        (refuse(403, {"title": "Client Forbidden", "detail": "no access", "reason": "client-not-enrolled"}), ["HOST refused (403): no access", "check in the developer portal that the app has access to search"]),
        (refuse(400, {"errors": [{"message": "There were errors processing your request"}], "title": "Invalid Request", "detail": "One or more parameters"}), ["HOST did not take the query (400): There were errors processing your request", "check the query"]),
        (refuse(302, b"", lambda: {"Location": "https://elsewhere.example/"}), ["HOST redirects to https://elsewhere.example/", "connect to that server"]),
        (rate_limit(3_600, "x-rate-limit-reset", lambda time_: str(int(time_))), ["HOST limits requests: Rate limit exceeded", "wait, and send again"]),
        (refuse(429, {"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap", "type": "https://api.x.com/2/problems/usage-capped"}),
         ["HOST gives no more posts to this app: Usage cap exceeded: Monthly product cap", "see its usage in the developer portal"]),
        (refuse(401, {"title": "Unauthorized", "detail": f"Bearer {TOKEN} \x1b[2J"}), ["HOST refused (401): Bearer … ␛[2J", "check the app's bearer token in the environment"]),
    ],
    ids=["401", "403", "400", "302", "429 for an hour", "usage cap", "an answer that repeats the token"],
)  # fmt: skip
def test_what_does_not_pass_says_why(shell, service, fault, lines):
    service.faults = [fault]
    found = shell.failure(f"connect twitter env:TOKEN --server {service.url}", "send --query '#Azure' --yes")
    assert [line.replace(service.url.removeprefix("http://"), "HOST") for line in found] == lines
    assert len(service.asked) == 1


def test_a_service_that_fails_in_the_middle_leaves_what_was_sent_and_the_next_run_goes_on(shell, service):
    service.posts = [post(number) for number in range(250)]
    service.faults = [None, None] + [refuse(500)] * 4
    connect = f"connect twitter env:TOKEN --server {service.url}"
    done = shell.run(connect, "send --query '#Azure' --yes --limit 1000")
    assert done.returncode == 1 and "sent 200 events" in done.stdout
    assert "has an error of its own (500)" in done.stderr
    assert "sent 50 events" in shell.output(connect, "send --query '#Azure' --yes --limit 1000")
    assert sorted(shell.likes()) == list(range(250))


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        (["send --query x --yes"], ["X is not connected", "connect it: connect twitter env:X_BEARER_TOKEN"]),
        (["send --tag x"], ["a Mastodon server is not connected", "connect one: connect mastodon mastodon.social"]),
        (["connect twitter secret"], ["connect twitter: a typed token can be read by others", "put it into the environment and write env:NAME"]),
        (["connect twitter env:NOT_SET_ANYWHERE"], ["environment variable NOT_SET_ANYWHERE is not set", "export it before groundswell starts, or name another with env:NAME"]),
        (["connect mastodon 'no server'"], ["connect: invalid server 'no server'", "write mastodon.social, or https://HOST"]),
        (["connect mastodon ftp://x"], ["connect: invalid server 'ftp://x'", "write mastodon.social, or https://HOST"]),
        (["connect mastodon no.invalid", "send --tag x"], ["unknown host 'no.invalid'", "check the name, and that this machine is online"]),
        (["connect mastodon http://127.0.0.1:9", "send --tag x"], ["connection refused by 127.0.0.1:9", "check host and port, and that this machine is online"]),
    ],
)  # fmt: skip
def test_what_is_not_connected(shell, cells, lines):
    assert shell.failure(*cells) == lines


def test_a_tag_timeline_that_is_not_there(shell, service):
    assert shell.failure(f"connect mastodon {service.url}", "send --tag other")[1] == "check that the server is Mastodon"


def test_one_search_is_sent_by_one_run_at_a_time(shell, service):
    service.posts = [status(0)]
    process = following(shell, service)
    wait_until_asked(2, service, process)
    assert shell.failure(f"connect mastodon {service.url}", "send --tag azure --follow --every 50ms") == [
        f"groundswell (process {process.pid}) is sending what this search finds", "end it or wait for it; or send something else",
    ]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)


def test_a_wait_is_shown_at_a_terminal_and_can_be_given_up(program, service, tmp_path, shell):
    sys.path.append(str(Path(__file__).parents[1] / "Terminal"))
    from terminal import Terminal

    service.posts = [status(0)]
    service.faults = [rate_limit(300, "X-RateLimit-Reset", lambda time_: time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(time_)))]
    environment = dict(shell.environment, HOME=str(tmp_path), TERM="xterm", LANG="C.UTF-8", XDG_STATE_HOME=str(tmp_path))
    terminal = Terminal([program, "--workspace", str(shell.workspace)], env=environment, cwd=tmp_path)
    try:
        terminal.wait_for_prompt(1)
        terminal.enter(f"connect mastodon {service.url}")
        terminal.wait_for_prompt(2)
        terminal.enter("send --tag azure")
        terminal.wait_for("rate limit: asking again in ")
        terminal.press("Ctrl-C")
        terminal.wait_for("interrupted")
        terminal.wait_for_prompt(3)
    finally:
        terminal.close()


def test_trying_a_notebook_out_spends_nothing_and_sends_to_nobody(shell, service, tmp_path):
    service.posts = [post(0)]
    (tmp_path / "n.gsw").write_text(f"# %%\nconnect twitter env:TOKEN --server {service.url}\n\n# %%\nsend --query x --yes\n")
    run = [shell.program, "--workspace", str(shell.workspace)]
    subprocess.run([*run, "run", tmp_path / "n.gsw", "-o", tmp_path / "n.ipynb"], check=True, env=shell.environment, capture_output=True)
    asked = len(service.asked)
    done = subprocess.run([*run, "check", tmp_path / "n.ipynb"], env=shell.environment, capture_output=True, text=True)
    assert done.returncode == 1 and "it will not ask X" in done.stdout + done.stderr
    assert asked == len(service.asked) == 1


def test_what_a_first_look_left_out_is_said(mastodon, service):
    service.posts = [status(number) for number in range(50)]
    assert mastodon("--limit 20").endswith("left out older posts beyond --limit: --restart with a larger --limit sends them\n")
    assert "sent 50 events" in mastodon("--limit 100 --restart")
