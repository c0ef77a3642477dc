"""Heartbeats: 64 clients at one web process, each beat durable before it is answered."""

import json
from collections.abc import Iterator

from bench import peers, seeds
from bench.processes import Client, Process, free_port
from bench.rows import Row, most, share, times
from bench.run import Bench
from bench.timing import in_turns, percentile

CLIENTS, ROUNDS, SECONDS = 64, 5, 3.0
# As many as may send what is sent: a screen may beat ten times at once, and then once a second.
ORGANIZATIONS, EACH = 100, 60
BODY = {
    "viewport": {"w": 1920, "h": 1080}, "browser": {"engine": "Chromium", "major": 120},
    "rendered": {"version": None, "at": None}, "errors": [],
}  # fmt: skip
PEER = "plain Django view, one ORM transaction a ping"


def run(bench: Bench) -> Iterator[Row]:
    with bench.house.administrator() as connection:
        screens = seeds.screens(connection, seeds.organizations(connection, ORGANIZATIONS), EACH)
    ours = [_post("/relay/heartbeat", token) for token in seeds.tokens(screens)]
    sides = {"ours": _client(bench.house.port, ours)}
    try:
        with bench.peer("Django's pings", lambda: _peer(bench)) as peer:
            if peer:
                theirs = [_post("/ping", f"device-{number}") for number in range(len(ours))]
                sides["peer"] = _client(peer, theirs)
            bench.say("every screen sends its first heartbeat")
            for client in sides.values():
                client.ask("each once")
            found = in_turns(ROUNDS, {name: client.ask for name, client in sides.items()})
    finally:
        for client in sides.values():
            client.__exit__()
        seeds.without_screens(bench.house)
    yield from _rows(bench, found)


def _rows(bench: Bench, found: dict[str, list]) -> Iterator[Row]:
    middle = {
        what: {side: percentile([each[what] for each in rounds], 0.5) for side, rounds in found.items()}
        for what in ("a_second", "p99", "busy")
    }
    refused = [each["refused"] for rounds in found.values() for each in rounds if each["refused"]]
    note = f"the load generator used {middle['busy']['ours']:.0%} of a core"
    note += "; it is the limit" if middle["busy"]["ours"] > 0.9 else ""
    note += f"; refused: {refused}" if refused else ""
    rate, p99 = middle["a_second"], middle["p99"]
    yield Row("durable heartbeats a second", rate["ours"], "1/s", times(30), rate.get("peer"), PEER, note)
    yield Row("heartbeat p99 at 64 clients", p99["ours"], "ms", share(1 / 30, "at most 1/30 of the peer"),
              p99.get("peer"), PEER)  # fmt: skip
    yield Row("heartbeat p99 at 64 clients, by itself", p99["ours"], "ms", most(14, "ms, as seen possible"))


def _peer(bench: Bench) -> tuple[Process, int]:
    programs, port = peers.environment("django"), free_port()
    env = {"PEER_DSN": bench.house.database("bench_pings"), "PEER_DEVICES": str(ORGANIZATIONS * EACH)}
    with Process("django-prepare", [programs / "python", peers.HERE / "plain_django.py"], env) as preparing:
        preparing.popen.wait(60)
    words = ["--worker-class", "gthread", "--workers", 1, "--threads", 16, "--keep-alive", 60, "--backlog", 2048]
    command = [programs / "gunicorn", "--bind", f"127.0.0.1:{port}", *words, "plain_django:application"]
    return Process("django-pings", command, env, cwd=peers.HERE), port


def _client(port: int, requests: list[bytes]) -> Client:
    return Client("requests", {"port": port, "clients": CLIENTS, "seconds": SECONDS, "requests": requests})


def _post(path: str, token: str) -> bytes:
    body = json.dumps(BODY).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


