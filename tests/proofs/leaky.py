"""The control of the scanners: a site with the two oldest holes, which they must find."""

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import psycopg

from operant.testing import plugin


class Leaky(BaseHTTPRequestHandler):
    """Pastes what it is asked into its page and into its SQL."""

    def do_GET(self) -> None:
        words = parse_qs(urlsplit(self.path).query)
        said, found = words.get("said", [""])[0], self._found(words.get("name", ["ada"])[0])
        page = f"<title>Leaky</title><a href='/?name=ada&said=hello'>again</a><p>{said}</p><p>{html.escape(found)}</p>"
        body = page.encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _found(self, name: str) -> str:
        with psycopg.connect(**{**plugin.ADMIN, "dbname": "postgres"}, autocommit=True) as connection:
            try:
                return str(connection.execute(f"SELECT usename FROM pg_user WHERE usename = '{name}'").fetchall())
            except psycopg.Error as error:
                return f"PostgreSQL query failed: ERROR: {error}"

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@contextmanager
def leaky() -> Iterator[str]:
    """Serve it on loopback; its address comes out."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Leaky)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
