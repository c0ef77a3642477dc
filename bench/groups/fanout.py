"""Event streams: from one NOTIFY to the last of many open streams, and what a stream costs."""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from bench import peers
from bench.house import organization_id
from bench.processes import Client, Process, free_port, memory, more_files
from bench.rows import Row, most, share
from bench.run import Bench
from bench.timing import in_turns

WANTED, SPARE, ROUNDS = 10_000, 500, 9
DJANGO = "Django StreamingHttpResponse (async view, one LISTEN a process), uvicorn with uvloop and httptools, one process"
FLOOR = "bare asyncio on uvloop that writes prepared bytes to every connection"
CHANGED = b"event: changed"


@dataclass
class Side:
    """A server with its crowd of clients: how many came in, and how much memory each one took."""

    client: Client
    streams: int
    bytes_each: float


def run(bench: Bench) -> Iterator[Row]:
    count = min(WANTED, more_files() - SPARE)
    if count < WANTED:
        bench.note(f"only {count:,} streams: this machine lets a process open {count + SPARE:,} files")
    with ExitStack() as stack:
        sides = {"ours": stack.enter_context(_side(bench, *_ours(bench), count))}
        for name, start, target in (("django", _django, "streaming"), ("bare", _bare, "bare")):
            pid: list[int] = []
            port = stack.enter_context(bench.peer(target, lambda start=start, pid=pid: start(bench, pid)))
            if port:
                spec = {"port": port, "request": _get("/stream"), "channel": "peer_live", "topic": "news",
                        "dsn": bench.house.dsn("bench_streams")}  # fmt: skip
                sides[name] = stack.enter_context(_side(bench, spec, pid[0], count))
        bench.say(", ".join(f"{name}: {side.streams:,} streams are open" for name, side in sides.items()))
        found = in_turns(ROUNDS, {name: side.client.ask for name, side in sides.items()})
        yield from _rows({name: statistics.median(each) for name, each in found.items()}, sides)


def _rows(told: dict[str, float], sides: dict[str, Side]) -> Iterator[Row]:
    what = f"NOTIFY to the last of {sides['ours'].streams:,} streams"
    yield Row(what, told["ours"], "ms", share(0.6), told.get("django"), DJANGO)
    yield Row(f"{what}, over the floor", told["ours"], "ms", share(2, "at most 2 times the floor"), told.get("bare"), FLOOR)
    each = {name: side.bytes_each / 1000 for name, side in sides.items()}
    yield Row("memory of a stream", each["ours"], "KB", most(15, "KB"), each.get("django"), DJANGO)


def _ours(bench: Bench) -> tuple[dict, int]:
    from operant.platform.events.hints import CHANNEL, addressed
    from operant.platform.live import tokens

    organization = organization_id(0)
    request = _get(f"/live?topics={tokens.issue(organization, ['screens'])}")
    topic = addressed(organization, "screens")
    spec = {"port": bench.house.port, "request": request, "channel": CHANNEL, "topic": topic, "dsn": bench.house.dsn()}
    return spec, bench.house.web()


class _side:
    """A crowd of clients at one server, measured as it comes in."""

    def __init__(self, bench: Bench, spec: dict, pid: int, count: int) -> None:
        self.bench, self.pid, self.count = bench, pid, count
        self.spec = {**spec, "marker": CHANGED, "clients": count}

    def __enter__(self) -> Side:
        before = memory(self.pid)
        self.client = Client("streams", self.spec)
        streams = self.client.ask("how many")
        return Side(self.client, streams, (memory(self.pid) - before) / max(streams, 1))

    def __exit__(self, *failure: object) -> None:
        self.client.__exit__()


def _django(bench: Bench, pid: list[int]) -> tuple[Process, int]:
    programs, port = peers.environment("django"), free_port()
    words = ["--loop", "uvloop", "--http", "httptools", "--backlog", 2048, "--no-access-log", "--port", port]
    command = [programs / "uvicorn", *words, "plain_django:streaming"]
    process = Process("django-streams", command, {"PEER_DSN": bench.house.database("bench_streams")}, cwd=peers.HERE)
    pid.append(process.popen.pid)
    return process, port


def _bare(bench: Bench, pid: list[int]) -> tuple[Process, int]:
    programs, port = peers.environment("django"), free_port()
    command = [programs / "python", peers.HERE / "bare_stream.py", port]
    process = Process("bare-streams", command, {"PEER_DSN": bench.house.dsn("bench_streams")})
    pid.append(process.popen.pid)
    return process, port


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode()
