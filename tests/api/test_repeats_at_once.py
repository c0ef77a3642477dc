"""Idempotency keys where they matter: two connections at once, and a process that is killed before it answers."""

import json
import threading
from pathlib import Path

import pytest
from django.core.cache import cache

from operant.platform.api.models import Answer
from operant.relay.models import Screen
from operant.stage.models import Dashboard
from operant.testing import api, ingest, relay
from operant.testing.serving import ask, web

AT_ONCE, ROUNDS = 4, 8


@pytest.fixture
def committed(django_db_setup, django_db_blocker, settings):
    """The cast, really committed: other processes see it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), ingest.committed() as made:
        cache.clear()
        yield made


@pytest.fixture
def token(committed):
    return api.made(committed.at_harbour, committed.ann)[1]


def sent(port, token, path, body, key, **more):
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json", "idempotency-key": key, **more}
    return ask(port, "POST", api.ROOT + path, json.dumps(body).encode(), headers)


def at_once(port, token, path, body, key):
    """Send the same request over several connections that begin together, and return the answers."""
    start, answers = threading.Barrier(AT_ONCE), []

    def client():
        start.wait()
        answers.append(sent(port, token, path, body, key))

    clients = [threading.Thread(target=client) for _ in range(AT_ONCE)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return answers


def told(answers):
    """Return what was answered, each once; of a refusal its code."""
    return {(each.status, each.body if each.status == 201 else json.loads(each.body)["code"]) for each in answers}


IN_USE = (409, "idempotency_key_in_use")


def test_of_requests_that_come_at_once_one_has_an_effect_and_a_killed_process_does_not_make_it_two(committed, token):
    tv = relay.Tv()
    tv.say_hello()
    pairing = {"code": tv.hello["code"], "name": "Lobby"}
    with web("falling:application", Path(__file__).parent) as (process, port):
        for number in range(ROUNDS):
            answers = told(at_once(port, token, "dashboards", {"name": f"Pulse {number}"}, f"k-{number}"))
            (first,) = answers - {IN_USE}
            assert first == (201, sent(port, token, "dashboards", {"name": f"Pulse {number}"}, f"k-{number}").body)
        (first,) = told(at_once(port, token, "screens", pairing, "screen")) - {IN_USE}
        assert first == (201, sent(port, token, "screens", pairing, "screen").body)
        assert sent(port, token, "dashboards", {"name": "Last"}, "last", **{"x-fall": "1"}).status == 0
        assert process.wait() == -9
    with web() as (_, port):
        again = [sent(port, token, "dashboards", {"name": "Last"}, "last") for _ in range(2)]
    with committed.at_harbour():
        names = sorted(Dashboard.objects.values_list("name", flat=True))
        kept = Answer.objects.get(key="last").body.encode()
        assert Screen.objects.count() == 1
    assert names == sorted([*(f"Pulse {number}" for number in range(ROUNDS)), "Last"])
    assert {(each.status, each.body, dict(each.headers)["idempotency-replayed"]) for each in again} == {(201, kept, "true")}
