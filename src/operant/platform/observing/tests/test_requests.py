"""Ids of requests, what is counted about them, and failures outside Django."""

import pytest
from prometheus_client import REGISTRY

from operant.config import asgi
from operant.panel.accounts.web import views
from operant.platform import queue, trail
from operant.platform.observing.requests import METHODS
from operant.relay.web import answers
from operant.testing.asgi import ask
from operant.testing.queue import arguments_of


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def behind_a_proxy(monkeypatch):
    monkeypatch.setattr(asgi._watched, "_trusted", 1)


def test_every_answer_has_a_number(db):
    for address in ("/accounts/login/", "/nothing", "/healthz", "/static/nothing.js", "/live"):
        (number,) = ask("GET", address, x_request_id="chosen-by-a-stranger").all("x-request-id")
        assert len(number) == 12 and number.isalnum()


def test_a_proxy_names_requests_when_it_is_trusted(db, behind_a_proxy):
    assert ask("GET", "/nothing", x_request_id="0af7651916cd43dd").all("x-request-id") == ["0af7651916cd43dd"]


NO_NUMBERS = ["", "short", "a" * 65, "has a space", "new\nline", "quote'quote", "<script>12", "ada@harbour.example"]


@pytest.mark.parametrize("named", NO_NUMBERS)
def test_what_is_no_number_is_not_taken(db, behind_a_proxy, named):
    (number,) = ask("GET", "/nothing", x_request_id=named).all("x-request-id")
    assert number != named and len(number) == 12


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_error_page_shows_the_number(cast, signed_in, monkeypatch, accept):
    monkeypatch.setattr(views, "render", lambda *_, **__: 1 / 0)
    session = signed_in(cast.ada).cookies["ot-session"].value
    answer = ask("GET", "/me/", cookie=f"ot-session={session}", accept=accept)
    assert answer.status == 500
    assert answer.all("x-request-id")[0].encode() in answer.body


def test_a_raw_route_that_fails_is_answered_logged_and_counted(db, written, keeper, monkeypatch):
    def broken(*args):
        raise RuntimeError("marzipan 'marzipan'")

    monkeypatch.setattr(answers, "bearer_of", broken)
    before = counted("operant_requests_total", method="POST", route="/relay/heartbeat", status="500")
    answer = ask("POST", "/relay/heartbeat", b"{}")
    (number,) = answer.all("x-request-id")
    assert answer.status == 500 and number.encode() in answer.body and b"marzipan" not in answer.body
    assert answer.all("content-security-policy") != []
    failed, told = written.records("operant.requests")
    assert (failed["error"], failed["request_id"], told["status"]) == ("RuntimeError", number, 500)
    assert counted("operant_requests_total", method="POST", route="/relay/heartbeat", status="500") == before + 1


def test_labels_are_never_chosen_by_whoever_asks(db):
    before = {each["route"] for each in labels()}
    for number in range(5):
        ask("GET", f"/nothing/{number}")
        ask(f"METHOD{number}", "/nothing")
    assert {each["route"] for each in labels()} - before <= {"none"}
    assert {each["method"] for each in labels()} <= {*METHODS, "OTHER"}


def labels() -> list[dict[str, str]]:
    (family,) = [each for each in REGISTRY.collect() if each.name == "operant_requests"]
    return [sample.labels for sample in family.samples]


def test_a_route_is_counted_by_its_pattern(cast, signed_in):
    session = signed_in(cast.ada).cookies["ot-session"].value
    labels = {"method": "GET", "route": "/o/<slug:organization>/people/"}
    before = counted("operant_requests_total", status="200", **labels), counted("operant_request_seconds_count", **labels)
    ask("GET", "/o/harbour/people/", cookie=f"ot-session={session}")
    after = counted("operant_requests_total", status="200", **labels), counted("operant_request_seconds_count", **labels)
    assert after == (before[0] + 1, before[1] + 1)


def test_a_job_learns_which_request_it_follows_from(db):
    queue.defer("test.nothing")
    with trail.begin(request_id="0123456789ab"):
        queue.defer("test.nothing", ids=["x"])
    assert arguments_of("test.nothing") == [{}, {"ids": ["x"], "_request": "0123456789ab"}]


@queue.job("test.nothing")
def _nothing(**ids: object) -> None:
    return


def test_answers_over_tls_say_so_behind_a_proxy_too(db, settings):
    assert ask("GET", "/healthz", x_forwarded_proto="https").all("strict-transport-security") == []
    settings.TRUSTED_PROXIES = 1
    assert ask("GET", "/healthz", x_forwarded_proto="https").all("strict-transport-security") == ["max-age=31536000"]
    assert ask("POST", "/relay/heartbeat", x_forwarded_proto="http").all("strict-transport-security") == []
