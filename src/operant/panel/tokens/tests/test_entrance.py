from datetime import timedelta
from uuid import uuid4

import pytest

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.testing.api import Program, program


def test_a_program_comes_in_with_its_token(cast):
    answer = program(cast.at_harbour, cast.ann, scopes=["stage:read"]).get("token")
    told = answer.json()
    assert answer.status_code == 200
    assert (told["name"], told["scopes"], told["role"], told["expires_at"]) == ("Nightly", ["stage:read"], "admin", None)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", "Bearer x.y.z", "ot_live_x"])
def test_anything_else_is_asked_for_one(db, header):
    answer = Program().get("token", **({"authorization": header} if header else {}))
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Operant"'
    assert answer.json()["code"] == "unauthorized"


def test_a_session_is_no_token(cast, signed_in):
    answer = signed_in(cast.ada).get("/api/v1/organization")
    assert (answer.status_code, answer.cookies.keys()) == (401, set())


def test_a_cookie_beside_a_token_changes_nothing(cast, signed_in):
    mine = program(cast.at_harbour, cast.ann)
    mine.client = signed_in(cast.mallory)
    answer = mine.get("organization")
    assert (answer.json()["slug"], answer.cookies.keys(), answer["Vary"]) == ("harbour", set(), "Authorization")


def test_a_scope_that_is_missing_is_named(cast):
    answer = program(cast.at_harbour, cast.ann, scopes=["stage:read"]).get("screens")
    assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "missing_scope", "relay:read")


def test_other_sites_are_told_nothing(cast):
    mine = program(cast.at_harbour, cast.ann)
    asked = mine.get("organization", origin="https://evil.example")
    preflight = mine.ask("OPTIONS", "organization", origin="https://evil.example")
    assert (asked.status_code, preflight.status_code) == (200, 405)
    for answer in (asked, preflight):
        assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []


@pytest.fixture
def slow(settings):
    settings.API_PER_MINUTE = 6


def test_every_answer_says_how_many_are_left(cast, slow):
    mine = program(cast.at_harbour, cast.ann, scopes=["stage:read"])
    with clock.frozen():
        left = [mine.get(path)["RateLimit"] for path in ("token", "screens", f"dashboards/{public_id('dsh', uuid4())}")]
        assert left == ['"token";r=5;t=10', '"token";r=4;t=20', '"token";r=3;t=30']
        assert mine.get("token")["RateLimit-Policy"] == '"token";q=6;w=60'


def test_a_program_that_retries_everything_gets_its_pace_and_no_more(cast, slow):
    mine = program(cast.at_harbour, cast.ann)
    with clock.frozen():
        assert [mine.get("token").status_code for _ in range(50)] == [200] * 6 + [429] * 44
        answer = mine.get("token")
        assert (answer["Retry-After"], answer["RateLimit"]) == ("10", '"token";r=0;t=10')
        assert answer.json()["code"] == "too_many"
        # What was refused was not counted: after the wait there is room for one, and after a minute for all.
        clock.advance(timedelta(seconds=10))
        assert [mine.get("token").status_code for _ in range(3)] == [200, 429, 429]
        clock.advance(timedelta(seconds=60))
        assert [mine.get("token").status_code for _ in range(8)] == [200] * 6 + [429] * 2


def test_one_programs_flood_is_not_anothers(cast, slow):
    one, other = (program(cast.at_harbour, cast.ann, name=name) for name in ("One", "Other"))
    with clock.frozen():
        assert [one.get("token").status_code for _ in range(8)][-1] == 429
        assert other.get("token").status_code == 200


def test_what_is_no_token_costs_no_question(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Program("ot_live_" + "x" * 80).get("token").status_code == 401
