"""A relay that keeps everything in memory and does what a test tells it: the player's counterpart."""

from __future__ import annotations

import json
import queue
import ssl
import threading
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import segno
from django.template import Context, Engine

ROOT = Path(__file__).resolve().parents[2]
RELAY = ROOT / "src/operant/relay"
DIST = RELAY / "static/dist/player"
TYPES = {
    ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".webm": "video/webm", ".png": "image/png",
}  # fmt: skip
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; child-src 'self'; "
    "base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def fixture(name: str) -> dict:
    return json.loads((ROOT / f"frontend/packages/widgets/fixtures/{name}.json").read_text())


def keys_of(given: dict) -> dict[str, str]:
    """Return every query's data key; a real key is the digest of source and text."""
    name = given["name"].lower().replace(" ", "-")
    return {query["id"]: f"{name}-{query['id']}" for query in given["document"]["queries"]}


class FakeRelay:
    """The server's side of one screen."""

    def __init__(self) -> None:
        # Which life of the server this is: lines of an earlier one are dead.
        self.life = 0
        self.listen(0)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.down = False
        # Cleared, it takes what it is asked and says nothing, like a line that is cut behind the router.
        self.says = threading.Event()
        self.says.set()
        self.streaming = True
        self.paired_as: str | None = None
        self.taken = False
        self.refresh = ""
        self.access = ""
        self.counter = 0
        self.number = 0
        self.manifest: dict = {}
        self.results: dict[str, dict] = {}
        # The newest sequence of each result that was ever on the screen: none is given twice.
        self.newest: dict[str, int] = {}
        self.commands: list[dict] = []
        self.heartbeats: list[dict] = []
        self.acknowledged: list[dict] = []
        self.screenshots: list[tuple[dict, bytes]] = []
        self.goodbyes: list[dict] = []
        self.asked: list[str] = []
        self.served: dict[str, int] = {}
        self.streams: list[queue.Queue] = []

    def listen(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Begin to answer at a port, with a certificate if told."""
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.server.daemon_threads = True
        if tls:
            # The handshake is each connection's own affair: one that is refused keeps no other waiting.
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
            self.address = f"https://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def restart(self, tls: ssl.SSLContext | None = None) -> None:
        """End, as a server does that is installed anew, and answer again at the same port."""
        port = self.server.server_address[1]
        self.life += 1
        self.close()
        self.listen(port, tls)

    def close(self) -> None:
        self.drop_streams()
        self.server.shutdown()
        self.server.server_close()

    # What a person does.

    def pair(self, name: str = "Lobby") -> None:
        self.paired_as, self.taken = name, False
        if not self.manifest:
            self.show(None)

    def unpair(self) -> None:
        self.paired_as = None
        self.refresh = self.access = "gone"
        self.drop_streams()

    def publish(self, given: dict, **changes) -> None:
        """Put a fixture on the screen as the next version."""
        keys = keys_of(given)
        self.results = {keys[query]: self._next(keys[query], result) for query, result in given["results"].items()}
        self.show(given, **changes)

    def show(self, given: dict | None, **changes) -> None:
        self.number += 1 if given else 0
        self.manifest = {
            "etag": f"etag-{self.number}",
            "screen": {"id": "scr_1", "name": self.paired_as},
            "version": f"ver_{self.number}" if given else None,
            "number": self.number or None,
            "dashboard": {"id": "dsh_1", "title": given["document"]["title"]} if given else None,
            "document": given["document"] if given else None,
            "data": keys_of(given) if given else {},
            "theme": "dark",
            "locale": given["locale"] if given else "en-GB",
            "time_zone": "Europe/Berlin",
            **changes,
        }
        self.tell("deploy", {"version": self.manifest["version"], "etag": self.manifest["etag"]})

    def change(self, key: str, **changes) -> None:
        self.results[key] = {**self._next(key, self.results[key]), **changes}
        self.tell("data", {"key": key, "seq": self.results[key]["seq"], "within": 1})

    def _next(self, key: str, result: dict) -> dict:
        self.newest[key] = max(result["seq"], self.newest.get(key, -1) + 1)
        return {**result, "key": key, "seq": self.newest[key]}

    def command(self, kind: str) -> None:
        self.counter += 1
        command = {"id": f"cmd_{self.counter}", "kind": kind}
        self.commands.append(command)
        self.tell("command", command)

    def tell(self, event: str, body: dict) -> None:
        self.counter += 1
        for stream in self.streams:
            stream.put(f"id: {self.counter}\nevent: {event}\ndata: {json.dumps(body)}\n\n".encode())

    def drop_streams(self) -> None:
        streams, self.streams = self.streams, []
        for stream in streams:
            stream.put(None)

    # What the player asks.

    def tokens(self) -> dict:
        self.counter += 1
        self.access, self.refresh = f"access-{self.counter}", f"refresh-{self.counter}"
        return {"access": self.access, "access_expires_in": 900, "refresh": self.refresh}

    def news(self) -> tuple[str, dict]:
        """Return everything that changes, and one checksum of it."""
        seqs = {key: result["seq"] for key, result in self.results.items()}
        done = {each["command"] for each in self.acknowledged if each["outcome"] != "heard"}
        commands = [each for each in self.commands if each["id"] not in done]
        told = {"etag": self.manifest["etag"], "data": seqs, "commands": commands}
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest(), told


def page() -> str:
    """Return the player's page as the server writes it."""
    built = json.loads((DIST / ".vite/manifest.json").read_text())
    entry = built["frontend/apps/player/main.ts"]
    player = {
        "script": f"/static/dist/player/{entry['file']}",
        "style": f"/static/dist/player/{built['style.css']['file']}",
        "fonts": [f"/static/dist/player/{font}" for font in entry["assets"]],
        "icon": "data:,",
        "touch": "data:,",
        "manifest": "/static/player/screen.webmanifest",
        "awake": "/static/player/awake.webm",
        "build": entry["file"],
    }
    template = (RELAY / "templates/relay/tv.html").read_text()
    return Engine().from_string(template).render(Context({"player": player}))


def _time() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _handler(relay: FakeRelay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            self.life = relay.life

        def log_message(self, *_: object) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, ssl.SSLError):
                self.close_connection = True

        def do_GET(self) -> None:
            self.answer("GET")

        def do_POST(self) -> None:
            self.answer("POST")

        def answer(self, method: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            relay.says.wait()
            if relay.down or self.life != relay.life:
                self.close_connection = True
                return
            self.parts = urlsplit(self.path)
            self.query = {key: values[0] for key, values in parse_qs(self.parts.query).items()}
            self.raw = raw
            self.body = json.loads(raw) if raw and self.headers.get("Content-Type") != "image/jpeg" else {}
            relay.asked.append(f"{method} {self.parts.path}")
            if self.parts.path == "/static/player/screen.webmanifest":
                self.json(200, {"name": "Operant screen", "start_url": "/tv", "scope": "/tv"})
            elif self.parts.path.startswith("/static/player/"):
                self.static(RELAY / "static/player" / self.parts.path.rsplit("/", 1)[-1])
            elif self.parts.path.startswith("/static/"):
                self.static(DIST / self.parts.path.rsplit("/", 1)[-1])
            elif self.parts.path == "/tv":
                self.send(200, page().encode(), {"Content-Type": "text/html", "Cache-Control": "no-store"})
            elif self.parts.path == "/tv/sw.js":
                self.static(RELAY / "static/player/sw.js", {"Service-Worker-Allowed": "/tv"})
            else:
                self.route(self.parts.path.rsplit("/", 1)[-1])

        def route(self, name: str) -> None:
            open_to_all = ("hello", "pairing", "token", "stream", "goodbye")
            if name not in open_to_all and self.headers.get("Authorization") != f"Bearer {relay.access}":
                self.json(401, {"error": "expired", "message": "Refresh the access token."})
                return
            getattr(self, f"on_{name}", self.on_nothing)()

        def on_nothing(self) -> None:
            self.json(404, {"error": "not_found", "message": "There is nothing here."})

        def on_hello(self) -> None:
            self.json(
                200,
                {
                    "device": "dev_1",
                    "secret": "s",
                    "code": "K7M4QX",
                    "url": "https://operant.example.com/pair?code=K7M4QX",
                    "expires_in": 600,
                    "qr": QR,
                    "qr_size": QR_SIZE,
                },
            )

        def on_pairing(self) -> None:
            if relay.paired_as is None or relay.taken:
                self.send(204)
                return
            relay.taken = True
            self.json(200, {"screen": "scr_1", "name": relay.paired_as, **relay.tokens()})

        def on_token(self) -> None:
            if self.body["refresh"] != relay.refresh:
                self.json(401, {"error": "unpaired", "message": "This screen was unpaired."})
                return
            self.json(200, relay.tokens())

        def on_manifest(self) -> None:
            etag = f'"{relay.manifest["etag"]}"'
            if self.headers.get("If-None-Match") == etag:
                self.send(304, headers={"ETag": etag})
                return
            self.json(200, {**relay.manifest, "server_time": _time()}, {"ETag": etag})

        def on_data(self) -> None:
            keys = self.query["keys"].split(",")
            relay.served |= {key: relay.results[key]["seq"] for key in keys if key in relay.results}
            self.json(200, {"results": [relay.results[key] for key in keys if key in relay.results]})

        def on_ticket(self) -> None:
            if relay.streaming:
                self.json(200, {"ticket": "t", "expires_in": 30})
            else:
                self.json(503, {"error": "busy", "message": "No streams right now."})

        def on_poll(self) -> None:
            everything, told = relay.news()
            headers = {"ETag": f'"{everything}"'}
            if self.headers.get("If-None-Match") == headers["ETag"]:
                self.send(204, headers=headers)
            else:
                self.json(200, told, headers)

        def on_heartbeat(self) -> None:
            rendered = self.body["rendered"]
            if (rendered["version"] is None) != (rendered["at"] is None):
                self.json(422, {"error": "invalid", "message": "A version has the time it was painted."})
                return
            relay.heartbeats.append(self.body)
            wanted = {"wanted": relay.manifest["version"], "etag": relay.manifest["etag"]}
            self.json(200, {**wanted, "server_time": _time(), "next_in": 30})

        def on_acknowledgement(self) -> None:
            relay.acknowledged.append(self.body)
            self.send(204)

        def on_screenshot(self) -> None:
            relay.screenshots.append((self.query, self.raw))
            self.send(204)

        def on_goodbye(self) -> None:
            relay.goodbyes.append(self.body)
            self.send(204)

        def on_stream(self) -> None:
            events: queue.Queue = queue.Queue()
            relay.streams.append(events)
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"event: ping\ndata: {}\n\n")
            while (event := events.get()) is not None:
                self.wfile.write(event)
            self.close_connection = True

        def static(self, path: Path, headers: dict | None = None) -> None:
            if not path.is_file():
                self.send(404)
                return
            self.send(200, path.read_bytes(), {"Content-Type": TYPES[path.suffix], **(headers or {})})

        def json(self, status: int, body: dict, headers: dict | None = None) -> None:
            headers = {"Content-Type": "application/json", **(headers or {})}
            self.send(status, json.dumps(body).encode(), headers)

        def send(self, status: int, body: bytes = b"", headers: dict | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Security-Policy": CSP}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _qr() -> tuple[str, int]:
    """Return a code as the server would: one filled run after the other, and its size in modules."""
    matrix = segno.make("https://operant.example.com/pair?code=K7M4QX", micro=False).matrix
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            width = next((n for n, dark in enumerate(row[x:]) if not dark), len(row) - x)
            if width:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += max(1, width)
    return "".join(runs), len(matrix)


QR, QR_SIZE = _qr()
