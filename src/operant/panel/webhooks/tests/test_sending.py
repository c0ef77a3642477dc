"""One call, and what servers do to it."""

import socket
from uuid import uuid4

import pytest

from operant.panel.webhooks import sending, signing
from operant.panel.webhooks.sending import Call
from operant.platform import clock
from operant.platform.outgoing import Allowed, lines, networks, resolving
from operant.testing.receiver import CUT, DRIP, HUGE, SILENT, Answer, certificate, receiver

NAME = "hooks.example"


def call(address, *, body=b"{}", endpoint=None):
    return Call(uuid4(), endpoint or uuid4(), address, "evt_1", body, [signing.new_secret()], "")


def send(address, **told):
    return sending.send(call(address, **told), clock.now())


@pytest.fixture
def names(monkeypatch):
    """What the resolver says of names, one answer after the other; literals are left to the system."""
    known: dict[str, list[str]] = {}
    asked: list[str] = []
    usual = socket.getaddrinfo

    def answer(host, port, *more, **how):
        if host not in known:
            return usual(host, port, *more, **how)
        asked.append(host)
        found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(resolving.socket, "getaddrinfo", answer)
    known["asked"] = asked
    return known


@pytest.mark.parametrize(
    ("status", "delivered"),
    [*((status, True) for status in (200, 201, 204, 299)), *((status, False) for status in (400, 404, 410, 500))],
)
def test_the_status_decides(server, status, delivered):
    server.usual = Answer(status, b"told" if status != 204 else b"")
    outcome = send(server.url())
    assert (outcome.status, outcome.is_delivered) == (status, delivered)
    assert outcome.because == ("" if delivered else f"Answered {status}.")


def test_a_redirect_is_not_followed(server, settings):
    with receiver() as other:
        settings.PRIVATE_NETWORKS = Allowed.parsed(f"{server.place} {other.place}")
        server.usual = Answer(302, headers={"Location": other.url("/stolen")})
        outcome = send(server.url())
    assert (outcome.status, outcome.because) == (302, "Answered 302: redirects are not followed.")
    assert (len(server.got), other.got) == (1, [])


@pytest.mark.parametrize("how", [SILENT, DRIP])
def test_who_does_not_answer_is_left_in_time(server, monkeypatch, how):
    monkeypatch.setattr(sending, "SECONDS", 0.4)
    server.usual = Answer(how=how)
    outcome = send(server.url())
    assert (outcome.status, outcome.because) == (None, "There was no answer within 0.4 seconds.")
    server.release()


def test_an_answer_without_end_is_read_to_a_limit_and_a_kilobyte_is_kept(server):
    server.usual = Answer(200, b"first ", how=HUGE)
    outcome = send(server.url())
    assert (outcome.is_delivered, len(outcome.answer), outcome.answer[:7]) == (True, 1024, "first x")


def test_an_answer_is_text_whatever_it_was(server):
    server.usual = Answer(500, b"\x00\xff<script>\x1b[31m\nnext\r\n")
    assert send(server.url()).answer == "\ufffd<script>[31m\nnext\n"


def test_who_hangs_up_early_has_not_answered(server):
    server.usual = Answer(how=CUT)
    assert send(server.url()).because == "The connection ended before there was an answer."


def test_where_nobody_listens_there_is_no_connection(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(f"127.0.0.1:{port}"), []
        assert send(f"http://127.0.0.1:{port}/").because == "There was no connection: nothing listens there, or it refused."


def test_only_some_may_ask_to_wait(server):
    for status, kept in ((429, "30"), (503, "30"), (500, "")):
        server.usual = Answer(status, headers={"Retry-After": "30"})
        assert send(server.url()).retry_after == kept


@pytest.mark.parametrize("found", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0"])
def test_a_name_that_leads_inside_is_not_called(settings, names, monkeypatch, found):
    monkeypatch.setattr(networks, "is_here", lambda address: False)
    with receiver() as inside:
        settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed(), []
        names[NAME] = [found]
        outcome = send(f"https://{NAME}:{inside.port}/")
    assert (outcome.status, inside.got) == (None, [])
    assert found in outcome.because


def test_a_name_that_changes_between_two_look_ups_is_looked_up_once(settings, names):
    with receiver() as first:
        settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(first.place), []
        # The second answer is one that nobody opened.
        names[NAME] = ["127.0.0.1", "127.0.0.2"]
        outcome = send(first.url("/x", host=NAME))
    assert outcome.is_delivered
    assert names["asked"] == [NAME]
    assert [(got.path, got.headers["host"]) for got in first.got] == [("/x", f"{NAME}:{first.port}")]


def test_a_certificate_has_to_be_trusted_and_for_the_name(settings, names, tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path, NAME)
    asked = []
    context.sni_callback = lambda sock, name, context: asked.append(name)
    with receiver(context) as server:
        settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(server.place), []
        names |= {NAME: ["127.0.0.1"], "other.example": ["127.0.0.1"]}
        untrusted = send(server.url(host=NAME))
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        lines.trusting.cache_clear()
        good, wrong = send(server.url(host=NAME)), send(server.url(host="other.example"))
    lines.trusting.cache_clear()
    assert good.is_delivered
    assert [each.because.partition(":")[0] for each in (untrusted, wrong)] == ["The certificate was not accepted"] * 2
    assert (asked, len(server.got)) == ([NAME, NAME, "other.example"], 1)


def test_what_speaks_no_tls_is_said_so(server):
    outcome = send(server.url().replace("http:", "https:"))
    assert outcome.because == "There was no encrypted connection: what listens there does not speak TLS as it should."


def test_a_few_at_once_for_one_endpoint_and_a_slow_one_holds_up_nobody(server, monkeypatch):
    monkeypatch.setattr(sending, "STARTS_FOR", 3)
    slow, fast = uuid4(), uuid4()
    server.at["/slow"] = Answer(how=SILENT)
    calls = [call(server.url("/slow"), endpoint=slow) for _ in range(8)]
    calls += [call(server.url("/fast"), endpoint=fast) for _ in range(40)]
    ended, first = [], []
    for done in sending.each(calls):
        ended += done
        if len(ended) >= 40 and not first:
            first = [each.endpoint_id for each, _ in ended[:40]]
            server.release()
    assert set(first) == {fast}
    assert server.most_at_once["/slow"] == sending.FEW
    assert server.most_at_once["/fast"] <= sending.FEW


def test_a_round_begins_no_call_after_its_time(server, monkeypatch):
    monkeypatch.setattr(sending, "STARTS_FOR", 0)
    assert list(sending.each([call(server.url())])) == []
    assert server.got == []


def test_nothing_of_a_call_is_in_its_repr(server):
    made = call(server.url("/key-of-theirs"))
    assert "key-of-theirs" not in repr(made)
    assert made.secrets[0] not in repr(made)
