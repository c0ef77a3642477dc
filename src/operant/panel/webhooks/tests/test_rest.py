from datetime import timedelta

import pytest
from django.db import connection
from standardwebhooks import Webhook

from operant.platform import clock
from operant.testing.api import program
from operant.testing.receiver import Answer

from .conftest import deliver


@pytest.fixture
def mine(cast):
    return program(cast.at_harbour, cast.ann)


def test_an_endpoint_lives_and_ends_over_json(mine, server):
    made = mine.post("webhooks", {"address": server.url("/in"), "events": ["relay.screen.paired"]})
    assert made.status_code == 201
    told = made.json()
    secret, place = told.pop("secret"), f"webhooks/{told['id']}"
    assert (told["address"], told["events"], told["state"]) == (server.url("/in"), ["relay.screen.paired"], "active")
    assert mine.get(place).json() == told
    assert mine.get("webhooks").json() == {"entries": [told], "next": None}
    changed = mine.patch(place, {"events": [], "state": "paused"}).json()
    assert (changed["events"], changed["state"]) == ([], "paused")
    assert mine.patch(place, {"state": "active"}).json()["state"] == "active"
    rotated = mine.post(f"{place}/secrets").json()
    assert (rotated["secret"] != secret, rotated["old_secret_ends_at"] is not None) == (True, True)
    assert mine.delete(place).status_code == 204
    assert (mine.get(place).status_code, mine.delete(place).status_code) == (404, 404)


def test_a_delivery_can_be_looked_at_and_replayed(mine, server):
    made = mine.post("webhooks", {"address": server.url(), "events": ["relay.screen.paired"]}).json()
    place = f"webhooks/{made['id']}"
    server.answers.append(Answer(400, b"no"))
    sent = mine.post(f"{place}/tests").json()
    deliver()
    one = f"{place}/deliveries/{sent['id']}"
    told = mine.get(one).json()
    assert (told["event"], told["state"], told["status"]) == ("webhooks.endpoint.tested", "waiting", 400)
    assert mine.get(f"{place}/deliveries").json()["entries"] == [told]
    (attempt,) = mine.get(f"{one}/attempts").json()["entries"]
    assert (attempt["status"], attempt["answer"], attempt["because"]) == (400, "no", "Answered 400.")
    assert mine.post(f"{one}/replays").status_code == 201
    deliver()
    assert mine.get(one).json()["state"] == "delivered"
    assert [Webhook(made["secret"]).verify(got.body, got.headers)["type"] for got in server.got] == [told["event"]] * 2
    since = (clock.now() - timedelta(days=1)).isoformat()
    assert mine.post(f"{place}/replays", {"since": since}).json() == {"count": 0}


@pytest.mark.parametrize("since", [0, 1700000000, "2026-11-20", "2026-11-20T09:30:00", "soon", None])
def test_an_instant_has_its_zone(mine, server, since):
    made = mine.post("webhooks", {"address": server.url()}).json()
    assert mine.post(f"webhooks/{made['id']}/replays", {"since": since}).status_code == 422


@pytest.mark.parametrize(
    "since", ["1189-08-23T17:29:06-17:46", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-17:46", "2026-01-01T00:00:00z"]
)
def test_any_year_and_zone_is_an_instant(mine, server, since):
    made = mine.post("webhooks", {"address": server.url()}).json()
    assert mine.post(f"webhooks/{made['id']}/replays", {"since": since}).json() == {"count": 0}


def test_a_secret_that_is_told_twice_is_kept_sealed(cast, mine, server):
    answers = [mine.post("webhooks", {"address": server.url()}, idempotency_key="k-1") for _ in range(2)]
    assert (answers[0].json(), answers[1]["Idempotency-Replayed"]) == (answers[1].json(), "true")
    secret = answers[0].json()["secret"]
    with cast.at_harbour(), connection.cursor() as cursor:
        for table in ("webhooks_endpoint", "api_answer"):
            cursor.execute(f'SELECT count(*), bool_or(t::text LIKE %s) FROM "{table}" t', [f"%{secret.encode().hex()}%"])
            assert cursor.fetchone() == (1, False)
