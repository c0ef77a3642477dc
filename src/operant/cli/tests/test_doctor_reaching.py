"""The doctor at the door: does the public address lead here, and does mail leave? Real sockets answer, well and badly."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from operant import cli
from operant.cli import homes
from operant.cli.commands import doctor
from operant.cli.doctor import choices, machine, mailing, reaching
from operant.config import addresses, env
from operant.platform.observing import versions
from operant.testing.smtp import mail_server

WELL = {"scheme": "http", "host": True, "proxies": 0}


def settings(tmp_path: Path, **named: str) -> env.Settings:
    return env.read({"OPERANT_HOME": str(tmp_path), **named})


def ids(findings) -> list[str]:
    return [finding.id for finding in findings]


@contextmanager
def serving(told: dict | bytes, because: tuple[str, ...] = ()) -> Iterator[int]:
    """Answer probes as a server or a proxy would, inside the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            ready = {"status": "not ready", "because": because}
            body = told if isinstance(told, bytes) else json.dumps(ready if self.path == "/readyz" else told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def alive(instance: str = "mine", **seen: object) -> dict:
    return {"status": "alive", "instance": instance, "seen": WELL | seen}


def test_a_house_is_asked_at_the_port_it_was_opened_at(tmp_path):
    with serving(b"<h1>Another program</h1>") as other, serving(alive()) as port:
        homes.claim(tmp_path)
        homes.remember_port(tmp_path, port)
        opened = doctor.as_opened(settings(tmp_path, PORT=str(other)))
        assert (ids(reaching.findings(opened)), addresses.public_url(opened)) == ([], f"http://localhost:{port}")


def test_a_house_that_nobody_opened_is_a_warning(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert ids(reaching.findings(settings(tmp_path, PORT=str(port)))) == ["web.silent"]


@pytest.mark.parametrize("told", [b"<h1>Another program</h1>", b"[1]", b"\xff\xfe", {"status": "fine"}])
def test_another_program_at_our_port_is_found(tmp_path, told):
    with serving(told) as port:
        assert ids(reaching.findings(settings(tmp_path, PORT=str(port)))) == ["web.other"]


@pytest.mark.parametrize(
    ("because", "found"),
    [((), []), (("worker",), ["worker.silent"]), (("disk", "worker"), ["worker.silent", "web.not_ready"])],
)
def test_a_house_without_a_worker_is_found(tmp_path, because, found):
    with serving(alive(), because) as port:
        assert ids(reaching.findings(settings(tmp_path, PORT=str(port)))) == found


@pytest.mark.parametrize(
    ("told", "named", "found"),
    [
        (alive(), {}, []),
        (alive("theirs"), {}, ["address.elsewhere"]),
        (b"<h1>Welcome to nginx</h1>", {}, ["address.elsewhere"]),
        (alive(host=False), {}, ["address.host"]),
        (alive(proxies=1), {}, ["address.proxies"]),
        (alive(proxies=1), {"OPERANT_TRUSTED_PROXIES": "1"}, []),
        (alive(proxies=0), {"OPERANT_TRUSTED_PROXIES": "1"}, ["address.proxies"]),
    ],
)
def test_what_a_proxy_makes_of_requests_is_found(tmp_path, monkeypatch, told, named, found):
    monkeypatch.setattr(reaching.addresses, "is_local", lambda settings: False)
    with serving(alive()) as port, serving(told) as proxy:
        public = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{proxy}", **named}
        assert ids(reaching.findings(settings(tmp_path, **public))) == found


def test_tls_that_ends_at_a_proxy_which_does_not_say_so_is_found(tmp_path):
    public = settings(tmp_path, PUBLIC_URL="https://tv.example.com", OPERANT_TRUSTED_PROXIES="1")
    seen = WELL | {"proxies": 1}
    assert ids(reaching._passed_on(public, "https://tv.example.com", seen)) == ["address.scheme"]
    assert ids(reaching._passed_on(public, "https://tv.example.com", seen | {"scheme": "https"})) == []


def test_a_public_address_that_does_not_answer_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(reaching.addresses, "is_local", lambda settings: False)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = probe.getsockname()[1]
    with serving(alive()) as port:
        public = settings(tmp_path, PORT=str(port), PUBLIC_URL=f"http://127.0.0.1:{nobody}")
        assert ids(reaching.findings(public)) == ["address.unreachable"]


@pytest.mark.parametrize(("days", "found"), [(13, ["address.certificate_ends"]), (20, [])])
def test_a_certificate_that_ends_soon_is_found(days, found):
    answer = reaching.Answer(200, {}, time.time() + days * 86400 + 60)
    assert ids(reaching._expiry("https://tv.example.com", answer)) == found


def test_a_mail_server_that_lets_us_in_is_well_and_takes_a_mail(tmp_path):
    with mail_server() as server:
        named = settings(tmp_path, SMTP_URL=server.url, MAIL_FROM="Operant <tv@example.com>")
        assert ids(mailing.findings(named)) == []
        (told,) = mailing.sent(named, "ada@harbour.example")
        assert (told.id, told.level) == ("mail.test", "note")
        assert [b"Operant sends mail" in mail for mail in server.mails] == [True]


@pytest.mark.parametrize(
    ("answers", "found"), [({"RCPT": "550 no such person"}, "error"), ({"HELLO": "CUT"}, "error"), ({"END": "451 later"}, "error")]
)
def test_a_mail_that_is_not_taken_is_found(tmp_path, answers, found):
    with mail_server() as server:
        server.answers = answers
        (told,) = mailing.sent(settings(tmp_path, SMTP_URL=server.url), "ada@harbour.example")
        assert (told.id, told.level) == ("mail.test", found)


def test_a_mail_server_that_is_away_and_mail_from_nowhere_are_found(tmp_path):
    with mail_server() as server:
        server.answers = {"HELLO": "CUT"}
        assert ids(mailing.findings(settings(tmp_path, SMTP_URL=server.url))) == ["mail.from", "mail.server"]
    (told,) = mailing.sent(settings(tmp_path), "ada@harbour.example")
    assert (told.id, told.level) == ("mail.test", "error")


@pytest.mark.parametrize("address", ["nonsense", "a@b c", "a b@c", "x@y\nBcc: z@q"])
def test_an_address_that_is_none_is_bad_input(address, capsys):
    assert cli.main(["doctor", "--mail-to", address]) == 2
    assert "is not a mail address" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({}, []),
        ({"DATABASE_OWNER_URL": "postgresql://x/y"}, ["settings.owner_alone"]),
        ({"DATABASE_URL": "postgresql://x/y", "DATABASE_OWNER_URL": "postgresql://x/y"}, ["settings.ingest"]),
        ({"DATABASE_URL": "postgresql://x/y", "DATABASE_OWNER_URL": "postgresql://x/y",
          "DATABASE_INGEST_URL": "postgresql://x/y"}, []),
        ({"DATABASE_URL": "postgresql://x/y"}, []),
        ({"OPERANT_COOKIE_PREFIX": "__Secure-"}, ["settings.cookie_prefix"]),
        ({"PUBLIC_URL": "https://tv.example.com", "OPERANT_COOKIE_DOMAIN": "example.org"}, ["settings.cookie_domain"]),
        ({"PUBLIC_URL": "https://tv.example.com", "OPERANT_COOKIE_DOMAIN": ".example.com"}, []),
        ({"PUBLIC_URL": "https://notexample.com", "OPERANT_COOKIE_DOMAIN": "example.com"}, ["settings.cookie_domain"]),
        ({"PUBLIC_URL": "http://10.0.0.7", "OPERANT_COOKIE_DOMAIN": "0.0.7"}, ["settings.cookie_domain"]),
        ({"PUBLIC_URL": "http://10.0.0.7", "OPERANT_COOKIE_DOMAIN": "10.0.0.7"}, ["settings.cookie_domain"]),
        ({"OPERANT_COOKIE_DOMAIN": "localhost"}, ["settings.cookie_domain"]),
        ({"PUBLIC_URL": "https://tv.co.uk", "OPERANT_COOKIE_DOMAIN": "co.uk"}, ["settings.cookie_domain"]),
        ({"PUBLIC_URL": "https://a.b.co.uk", "OPERANT_COOKIE_DOMAIN": "B.co.uk"}, []),
        ({"OPERANT_FILE_LIMIT_MB": "600", "OPERANT_FILE_QUOTA_MB": "500"}, ["settings.files"]),
        ({"PUBLIC_URL": "https://tv.example.com", "OPERANT_SIGN_UP": "open"}, ["settings.open_sign_up"]),
    ],
)
def test_settings_that_do_not_fit_together_are_found(tmp_path, named, found):
    assert ids(choices.contradictions(settings(tmp_path, **named))) == found


def test_a_parent_domain_is_the_session_cookies(tmp_path):
    named = {"PUBLIC_URL": "https://tv.example.com", "OPERANT_COOKIE_DOMAIN": ".Example.com"}
    assert addresses.cookie_domain(settings(tmp_path, **named)) == "example.com"


def test_names_that_are_nearly_settings_are_found():
    names = ("SMPT_URL", "PUBLIC_ULR", "DATABASE_URI", "SMTP_URL", "SMTP_URL_FILE", "PATH", "HOME")
    assert [(each.id, each.what.split()[0]) for each in choices.nearly(dict.fromkeys(names, "x"))] == [
        ("settings.misspelled", "DATABASE_URI"), ("settings.misspelled", "PUBLIC_ULR"), ("settings.misspelled", "SMPT_URL"),
    ]  # fmt: skip


def test_what_is_mended_no_more_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(versions, "AS_OF", choices.datetime.now(choices.UTC).date())
    assert ids(choices.releases(settings(tmp_path))) == []
    monkeypatch.setattr(versions, "AS_OF", versions.date(2020, 1, 1))
    monkeypatch.setattr(versions, "PYTHON_ENDS", {choices.sys.version_info[:2]: versions.date(2020, 1, 1)})
    assert ids(choices.releases(settings(tmp_path))) == ["python.ended", "versions.stale"]


@pytest.mark.parametrize(
    ("content", "found"), [("1:" + "ab" * 32, False), ("1:abcd", True), ("", True), ("nonsense", True), ("1:" + "zz" * 32, True)]
)
def test_a_key_that_is_none_is_found(tmp_path, content, found):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "master.key").write_text(content)
    assert ids(machine.ring(settings(tmp_path))) == (["home.key_broken"] if found else [])
