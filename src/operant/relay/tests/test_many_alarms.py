"""A whole fleet that goes and returns at once costs as many statements as a few screens, but for each one's own facts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.platform import clock
from operant.relay.actions import alarming, alerting, looking, watching
from operant.relay.models import Alarm, Kind, Screen, Watch

FEW, MANY = 3, 23
# What a screen that goes offline costs by itself: its row, and its fact with its entry and its delivery.
OWN = 8


@pytest.fixture
def looked_after(cast, fleet, frozen):
    def made(count):
        screens, _ = fleet(count)
        with cast.at_harbour():
            Watch.objects.bulk_create([Watch(screen=each, due_at=clock.now()) for each in screens])
        return [each.pk for each in screens]

    return made


def cost(cast, act):
    with cast.at_harbour(cast.ben), CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def steps(cast, ids):
    """The whole way of these screens, out and back: what each of its steps costs, by name."""
    found = {}

    def all_due(model, **which):
        model.objects.filter(**which).update(due_at=clock.now(), leased_until=None)
        return list(model.objects.filter(**which).values_list("pk", flat=True))

    def step(name, act, model, **which):
        with cast.at_harbour(cast.ben):
            due = all_due(model, **which)
        assert len(due) == len(ids), name
        found[name] = cost(cast, lambda: act(ids=due))

    screens = {"pk__in": ids}
    its = {"screen__in": ids}
    clock.advance(timedelta(seconds=80))
    step("late", watching.settle, Screen, **screens)
    step("look at the late", looking.look, Watch, **its)
    clock.advance(timedelta(seconds=40))
    step("tell of the late", alarming.tell, Alarm, **its)
    clock.advance(timedelta(seconds=80))
    step("offline", watching.settle, Screen, **screens)
    step("look at the offline", looking.look, Watch, **its)
    clock.advance(timedelta(seconds=40))
    step("tell of the offline", alarming.tell, Alarm, **its)
    with cast.at_harbour():
        Screen.objects.filter(pk__in=ids).update(state="online", last_seen_at=clock.now(), went_offline_at=None)
    step("look at the well", looking.look, Watch, **its)
    clock.advance(timedelta(seconds=61))
    step("tell of the well", alarming.tell, Alarm, **its)
    with cast.at_harbour():
        assert Alarm.objects.filter(screen__in=ids).count() == 0
    return found


def test_many_at_once_cost_what_a_few_do(cast, looked_after):
    with cast.at_harbour(cast.ben):
        alerting.choose(kinds=list(Kind.values), never_seen_hours=2, errors_from=20, silent_minutes=3, by=cast.ben)
    costs = steps(cast, looked_after(FEW)), steps(cast, looked_after(MANY))
    grown = {name: costs[1][name] - each for name, each in costs[0].items() if costs[1][name] > each}
    assert set(grown) <= {"offline"}, costs
    assert grown.get("offline", 0) <= OWN * (MANY - FEW), costs
