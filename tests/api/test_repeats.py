import io
from datetime import timedelta

import pytest
from django.db import connection

from operant.platform import clock
from operant.platform.api import repeats
from operant.platform.api.models import Answer
from operant.relay.actions import pairing
from operant.stage import events as told
from operant.stage.models import Dashboard, Source
from operant.testing.api import program
from operant.testing.ingest import administrator
from operant.testing.queue import run_chore
from operant.testing.relay import Tv

BODY = {"name": "Company pulse"}


def dashboards(cast):
    with cast.at_harbour():
        return Dashboard.objects.count()


def kept(cast):
    with cast.at_harbour():
        return Answer.objects.count()


def test_a_post_sent_again_has_one_effect_and_the_same_answer(cast, mine, announced):
    first, again = (mine.post("dashboards", BODY, idempotency_key="k-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert dashboards(cast) == 1
    assert [type(each) for each in announced if type(each) is told.DashboardCreated] == [told.DashboardCreated]


def test_another_body_or_address_under_the_same_key_is_refused(cast, mine):
    mine.post("dashboards", BODY, idempotency_key="k-1")
    other = mine.post("dashboards", {"name": "Other"}, idempotency_key="k-1")
    elsewhere = mine.post("invitations", {"email": "d@harbour.example", "role": "viewer"}, idempotency_key="k-1")
    assert [(each.status_code, each.json()["code"]) for each in (other, elsewhere)] == [
        (422, "idempotency_key_reused")] * 2  # fmt: skip
    assert dashboards(cast) == 1


def test_a_key_whose_first_request_is_not_over_is_refused_without_waiting(cast, mine):
    mine.post("dashboards", BODY, idempotency_key="k-1")
    with cast.at_harbour():
        lock = repeats.lock_of(Answer.objects.get().client, "k-2")
    with administrator() as elsewhere:
        elsewhere.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        # Waiting for the lock would end here, not go on until its holder is done.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        refused = mine.post("dashboards", BODY, idempotency_key="k-2")
        assert (refused.status_code, refused.get("Retry-After")) == (409, "1")
        assert refused.json()["code"] == "idempotency_key_in_use"
        assert mine.post("dashboards", BODY, idempotency_key="k-3").status_code == 201
    assert mine.post("dashboards", BODY, idempotency_key="k-2").status_code == 201
    assert dashboards(cast) == 3


def test_what_the_first_request_used_up_is_not_missed_by_the_second(cast, mine, monkeypatch):
    tv, found, answers = Tv(), pairing.try_code, []
    tv.say_hello()
    body = {"code": tv.hello["code"], "name": "Lobby"}

    def late(**asked):
        # The same request arrives over another connection, and is answered, while this one was already looked up.
        monkeypatch.setattr(pairing, "try_code", found)
        answers.append(mine.post("screens", body, idempotency_key="k-1"))
        return found(**asked)

    monkeypatch.setattr(pairing, "try_code", late)
    answers.append(mine.post("screens", body, idempotency_key="k-1"))
    assert [(each.status_code, each.get("Idempotency-Replayed")) for each in answers] == [(201, None), (201, "true")]
    assert answers[0].content == answers[1].content
    assert mine.post("screens", body, idempotency_key="k-2").status_code == 404


def test_without_a_key_every_post_counts(cast, mine):
    assert [mine.post("dashboards", BODY).status_code for _ in range(2)] == [201, 201]
    assert (dashboards(cast), kept(cast)) == (2, 0)


def test_keys_of_two_tokens_are_two_keys(cast, mine):
    other = program(cast.at_harbour, cast.ann, name="Other")
    assert [each.post("dashboards", BODY, idempotency_key="k-1").status_code for each in (mine, other)] == [201, 201]
    assert dashboards(cast) == 2


def test_what_was_refused_leaves_nothing(cast, mine, pulse):
    path = f"dashboards/{pulse.public_id}/publications"
    assert mine.post(path, {"revision": 99}, idempotency_key="k-1").status_code == 409
    assert kept(cast) == 0
    assert mine.post(path, {"revision": pulse.revision}, idempotency_key="k-1").status_code == 201


def test_the_answer_is_kept_with_its_effect_or_neither_is(cast, mine, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("killed before the commit")

    monkeypatch.setattr(Answer.objects.__class__, "create", broken)
    assert mine.post("dashboards", BODY, idempotency_key="k-1").status_code == 500
    assert (dashboards(cast), kept(cast)) == (0, 0)


def test_an_upload_is_the_same_by_its_bytes(cast, mine):
    def upload(content):
        file = io.BytesIO(content)
        file.name = "orders.csv"
        return mine.send("sources", file, idempotency_key="k-1")

    first, again, other = upload(b"a,b\n1,2\n"), upload(b"a,b\n1,2\n"), upload(b"a,b\n1,3\n")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    with cast.at_harbour():
        assert Source.objects.count() == 1


@pytest.mark.parametrize("key", ["x" * 256, "a b", "ü", " "])
def test_what_is_no_key_is_told(mine, key):
    assert mine.post("dashboards", BODY, idempotency_key=key).status_code == 422


def test_after_a_day_a_key_is_new_again_and_the_answer_is_gone(cast, mine):
    with clock.frozen():
        mine.post("dashboards", BODY, idempotency_key="k-1")
        clock.advance(repeats.KEPT.kept - timedelta(seconds=1))
        assert mine.post("dashboards", BODY, idempotency_key="k-1")["Idempotency-Replayed"] == "true"
        clock.advance(timedelta(seconds=1))
        assert "Idempotency-Replayed" not in mine.post("dashboards", BODY, idempotency_key="k-1")
        assert (dashboards(cast), kept(cast)) == (2, 1)
        clock.advance(repeats.KEPT.kept)
        run_chore("api.forget_answers")
        assert kept(cast) == 0
