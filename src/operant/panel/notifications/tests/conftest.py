import pytest

from operant.panel.organizations.models import Membership
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.messaging.models import Message
from operant.platform.queue import waits
from operant.relay import events as relay
from operant.testing.queue import run_jobs

from ..models import Notification


@pytest.fixture
def at_noon(cast):
    """The cast on an ordinary day, with time standing still and all mails of its making gone."""
    run_jobs()
    from datetime import UTC, datetime

    with clock.frozen(datetime(2027, 3, 10, 12, tzinfo=UTC)):
        yield clock.now()


@pytest.fixture
def went_offline(cast, at_noon):
    """A function: a screen of that name went offline in Harbour, and everybody was told."""

    def happen(*names, by=None, deliver=True):
        with cast.at_harbour(by):
            for name in names or ("Lobby",):
                announce(
                    relay.ScreensInTrouble(
                        kind="offline", what=f"The screen {name} went offline", place="", count=1, total=3,
                        screen_ids=["scr_x"], names=[name], last_seen_at=clock.now(), painted="Pulse, version 8",
                    )
                )
        if deliver:
            run_jobs(limit=2000)

    return happen


@pytest.fixture
def pass_time(at_noon):
    """A function: time passes, and the worker does what is due."""

    def passes(**span):
        from datetime import timedelta

        clock.advance(timedelta(**span))
        while waits.sweep():
            run_jobs(limit=2000)

    return passes


@pytest.fixture
def mails(cast):
    """A function: the mails of Harbour's news to somebody, oldest first."""

    def found(person=None):
        with cast.at_harbour():
            rows = Message.objects.filter(template="news").order_by("created_at", "pk")
            return [each for each in rows if person is None or each.person_id == person.pk]

    return found


@pytest.fixture
def heard(cast):
    """A function: what lies in somebody's inbox at Harbour, as facts, oldest first."""

    def found(person):
        with cast.at_harbour():
            rows = Notification.objects.of(person.pk).select_related("event").order_by("created_at", "event__at", "pk")
            return [each.event.event().sentence() for each in rows]

    return found


@pytest.fixture
def membership(cast):
    def found(person):
        with cast.at_harbour():
            return Membership.objects.select_related("person").get(person=person)

    return found
