import pytest
from django.db import connection

from operant.platform import reading, tenancy
from operant.platform.events import CATALOGUE, Day, Event, Figure, Instant, Personal, Told, announce, hears, reacting, reacts_to
from operant.platform.events.models import Announcement, Reaction
from operant.testing.queue import queued, run_jobs


@pytest.fixture
def gate_opened():
    """An event class of the test's own, taken out of the catalogue again."""
    kept = [(registry, dict(registry)) for registry in (CATALOGUE, reacting._BY_EVENT, reacting._BY_NAME)]

    class GateOpened(
        Event, name="harbor.gate.opened", told=Told(audit="{by} opened gate {gate}", live=("gate:{gate}",))
    ):
        """A gate was opened."""

        gate: int
        by: Personal

    yield GateOpened
    for registry, before in kept:
        registry.clear()
        registry.update(before)


def test_a_fact_is_kept_with_who_did_it_and_what_it_is_about(cast, gate_opened):
    with cast.at_harbour(cast.ben):
        announce(gate_opened(gate=4, by="Ben"), about=cast.harbour)
        row = Announcement.objects.get(name="harbor.gate.opened")
        assert (row.event(), row.event().sentence()) == (gate_opened(gate=4, by="Ben"), "Ben opened gate 4")
    assert (row.payload, row.actor_kind, row.actor_id, row.person_id) == (
        {"gate": 4, "by": {"personal": "actor"}}, "person", cast.ben.pk, cast.ben.pk,
    )  # fmt: skip
    assert (row.subject_kind, row.subject_id) == ("organizations.Organization", cast.harbour.pk)


def test_a_sentence_says_dates_and_numbers_as_its_reader_writes_them(gate_opened):
    class GateCounted(
        Event, name="harbor.gate.counted", told=Told(audit="{ships} ships until {until}, counted on {day}")
    ):
        """Ships were counted."""

        ships: Figure
        until: Instant
        day: Day

    counted = GateCounted(ships="12345.5", until="2026-11-22T14:05:00Z", day="2026-11-23")
    assert counted.sentence() == "12,345.5 ships until 22 Nov 2026, 14:05 UTC, counted on 23 Nov 2026"
    with reading.written_for(lambda: reading.Somebody("en-DE", "Europe/Berlin")):
        assert counted.sentence() == "12.345,5 ships until 22 Nov 2026, 15:05 CET, counted on 23 Nov 2026"
    assert GateCounted(ships="", until="[erased]", day="1.5E+30").sentence() == " ships until [erased], counted on 1.5E+30"


def test_announcing_needs_an_organization_in_scope(cast, gate_opened):
    with pytest.raises(tenancy.NoScope):
        announce(gate_opened(gate=4, by="Ben"))
    with pytest.raises(tenancy.NoScope), tenancy.person_scope(cast.ben.pk):
        announce(gate_opened(gate=4, by="Ben"))


def test_rolled_back_means_nothing_left(cast, gate_opened):
    reacts_to(gate_opened)(lambda event: None)
    before = queued()
    with pytest.raises(ZeroDivisionError), cast.at_harbour():
        announce(gate_opened(gate=4, by="Ben"))
        assert queued() == [*before, "events.react"]
        raise ZeroDivisionError
    assert queued() == before
    with cast.at_harbour():
        assert not Announcement.objects.filter(name="harbor.gate.opened").exists()


def test_a_reaction_runs_in_the_events_organization(cast, gate_opened):
    seen = []

    @reacts_to(gate_opened)
    def note(event):
        seen.append((event, tenancy.current_organization_id()))

    run_jobs()
    with cast.at_harbour():
        announce(gate_opened(gate=4, by="Ben"))
    assert (run_jobs(), seen) == (["events.react"], [(gate_opened(gate=4, by="Ben"), cast.harbour.pk)])


def test_what_hears_a_kind_of_facts_learns_when_by_whom_and_about_what(cast, gate_opened, monkeypatch):
    monkeypatch.setattr(reacting, "_BY_KIND", [])
    seen = []

    @hears(lambda event: event.NAME.startswith("harbor."))
    def note(announcement):
        seen.append((announcement.event(), announcement.actor_id, announcement.subject_id))

    @hears(lambda event: event.NAME.startswith("meadow."))
    def never(announcement):
        seen.append(announcement)

    run_jobs()
    with cast.at_harbour(cast.ben):
        announce(gate_opened(gate=4, by="Ben"), about=cast.harbour)
    assert run_jobs() == ["events.react"]
    assert seen == [(gate_opened(gate=4, by="Ben"), cast.ben.pk, cast.harbour.pk)]


def test_delivered_twice_reacts_once(cast, gate_opened):
    seen = []

    @reacts_to(gate_opened)
    def note(event):
        seen.append(event.gate)

    with cast.at_harbour():
        announce(gate_opened(gate=4, by="Ben"))
    deliver_again()
    run_jobs()
    assert seen == [4]
    with cast.at_harbour():
        assert Reaction.objects.filter(listener__endswith="note").count() == 1


def test_a_reaction_that_fails_leaves_nothing_and_is_tried_again(cast, gate_opened):
    seen = []

    @reacts_to(gate_opened)
    def note(event):
        seen.append(event.gate)
        if len(seen) == 1:
            raise ZeroDivisionError

    run_jobs()
    with cast.at_harbour():
        announce(gate_opened(gate=4, by="Ben"))
    deliver_again()
    with pytest.raises(ZeroDivisionError):
        run_jobs()
    run_jobs()
    assert seen == [4, 4]


def test_facts_about_one_thing_are_reacted_to_in_their_order(cast, gate_opened):
    seen = []

    @reacts_to(gate_opened)
    def note(event):
        seen.append(event.gate)

    with cast.at_harbour():
        for gate in range(5):
            announce(gate_opened(gate=gate, by="Ben"), about=cast.harbour)
        announce(gate_opened(gate=5, by="Ben"), about=cast.ben)
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock FROM procrastinate_jobs WHERE task_name = 'events.react' ORDER BY id")
        locks = [row[0].rpartition(":")[2] for row in cursor.fetchall()]
    # One lock a subject: the worker runs them one after the other, and other subjects beside them.
    assert locks[-6:] == [str(cast.harbour.pk)] * 5 + [str(cast.ben.pk)]
    run_jobs()
    assert seen == [0, 1, 2, 3, 4, 5]


def test_a_name_is_declared_once(gate_opened):
    with pytest.raises(ValueError, match="declared twice"):

        class Again(Event, name="harbor.gate.opened", told=Told(audit="")):
            """The same name again."""


def test_unknown_and_missing_values_are_refused(gate_opened):
    with pytest.raises(ValueError):
        gate_opened(gate=4, by="Ben", color="red")
    with pytest.raises(ValueError):
        gate_opened(gate=4)


def deliver_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, lock, status) "
            "SELECT queue_name, task_name, args, lock, status FROM procrastinate_jobs WHERE task_name = 'events.react'"
        )
