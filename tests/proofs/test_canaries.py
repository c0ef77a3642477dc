"""
Secrets are found 0 times: in the database, in every row that ever stood there, in jobs, the cache, logs and a backup.

People, programs and screens use each of them in a house that runs, rightly, almost rightly, and while nothing works.
What was planted in those places, in each spelling, is found there.
"""

import base64
import json
import pickle
import secrets
from dataclasses import dataclass
from uuid import uuid4

import pytest

from operant.testing import pgbench, provider
from operant.testing.waiting import free_port, until

from . import canary_house, canary_story
from .canaries import found, spellings
from .canary_house import House
from .canary_story import Story

STRANGE, PLAIN = canary_story.strange("planted").encode(), secrets.token_hex(8).encode()
TEXTS = ("observing_failure", "operant_cache", "relay_pairing", "logs", "backup")
LIVED = (
    "accounts_session", "events_announcement", "messaging_message", "observing_failure", "operant_cache", "procrastinate_jobs",
    "tokens_token", "webhooks_attempt", "history.rows", "logs", "backup",
)  # fmt: skip


@dataclass(frozen=True)
class Left:
    """What was to be kept secret, and what could be read afterwards, by place."""

    secrets: dict[str, bytes]
    places: dict[str, bytes]


@pytest.fixture(scope="module")
def left(django_db_setup, django_db_blocker, tmp_path_factory):
    door, closed = pgbench.Door(), free_port()
    with django_db_blocker.unblock(), provider.running() as there:
        known = {name: secrets.token_hex(16) for name in ("OPERANT_OIDC_CLIENT_SECRET", "OPERANT_METRICS_TOKEN")}
        settings = {
            **known, "OPERANT_OIDC_ISSUER": there.issuer, "OPERANT_OIDC_CLIENT_ID": provider.CLIENT_ID,
            "OPERANT_PRIVATE_NETWORKS": f"127.0.0.1:{door.port},127.0.0.1:{closed}",
        }  # fmt: skip
        with canary_house.standing(**settings) as house:
            story = Story(house, there, door, known)
            story.happens(f"http://127.0.0.1:{closed}/hook")
            plant(house)
            until(house.is_quiet, "the end of all jobs")
            yield Left(story.secrets, house.left(tmp_path_factory.mktemp("left")))
        story.ends()
    door.close()


def test_no_secret_is_found_anywhere(left):
    assert [name for name in LIVED if not left.places[name]] == []
    assert sorted(found(left.secrets, left.places)) == []


def test_what_was_planted_is_found_in_every_place_and_spelling(left):
    searched = {name: left.places[name] for name in TEXTS}
    ways = set(spellings(STRANGE))
    assert {(way, place) for part, way, place in found({"planted": STRANGE}, searched) if part == "planted"} == {
        (way, place) for way in ways for place in TEXTS
    }
    inside = ("procrastinate_jobs", "history.rows")
    assert {(way, place) for _, way, place in found({"planted": PLAIN}, {name: left.places[name] for name in inside})} == {
        (way, place) for way in ways for place in inside
    }


def plant(house: House) -> None:
    """Let two secrets lie around, written in every way: in texts, bytes, the cache, a job, a log."""
    words = b"\n".join(each for written in spellings(STRANGE).values() for each in sorted(written))
    plain = [each.decode() for written in spellings(PLAIN).values() for each in sorted(written)]
    house.ask(
        "INSERT INTO observing_failure (id, fingerprint, kind, message, place, doing, stack, request_id, release, count, first_at, "
        "last_at) VALUES (%s, 'planted', 'planted', '', '', '', %s, '', '', 1, now(), now())", uuid4(), words.decode(),
    )  # fmt: skip
    cached = base64.b64encode(pickle.dumps(words)).decode()
    house.ask("INSERT INTO operant_cache VALUES ('planted', %s, now() + interval '1 day')", cached)
    house.ask(
        "INSERT INTO relay_pairing (id, code_hash, secret_hash, model, viewport_width, viewport_height, browser_engine, "
        "browser_major, address, generation, created_at, expires_at) "
        "VALUES (%s, %s, '', '', 1, 1, '', 1, '127.0.0.1', 0, now(), now() + interval '1 day')", uuid4(), words,
    )  # fmt: skip
    house.ask(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) "
        "VALUES ('planted', 'planted', %s::jsonb, 'todo', now() + interval '1 day')", json.dumps({"words": plain}),
    )  # fmt: skip
    (canary_house.HOME / "logs" / "planted.log").write_bytes(words)
