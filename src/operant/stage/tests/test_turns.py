import threading
from uuid import uuid4

import pytest
from django.db import connections

from operant.platform.refusals import TooMany
from operant.stage import turns

HARBOUR, MEADOW = uuid4(), uuid4()


def test_one_organization_has_one_place_and_others_do_not_wait_for_it():
    with turns.turn(HARBOUR, seconds=1):
        with pytest.raises(TooMany), turns.turn(HARBOUR, seconds=0.01):
            pass
        with turns.turn(MEADOW, seconds=0.01):
            assert set(turns._lines) == {HARBOUR, MEADOW}
    assert turns._lines == {}


def test_a_crowd_is_told_so_at_once():
    outcomes = []

    def wait():
        with turns.turn(HARBOUR, seconds=5):
            outcomes.append("done")

    with turns.turn(HARBOUR, seconds=1):
        waiting = [threading.Thread(target=wait) for _ in range(turns.MOST_WAITING)]
        for each in waiting:
            each.start()
        while turns._lines[HARBOUR].people <= turns.MOST_WAITING:
            pass
        with pytest.raises(TooMany), turns.turn(HARBOUR, seconds=5):
            pass
    for each in waiting:
        each.join()
    assert outcomes == ["done"] * turns.MOST_WAITING


@pytest.mark.django_db
def test_whoever_waits_for_a_turn_holds_no_connection():
    theirs = []

    def wait():
        theirs.append(connections["default"])
        theirs[0].ensure_connection()
        with turns.turn(HARBOUR, seconds=5):
            theirs[0].close()

    waiting = threading.Thread(target=wait)
    with turns.turn(HARBOUR, seconds=1):
        waiting.start()
        while turns._lines[HARBOUR].people < 2:
            pass
        held = theirs[0].connection
    waiting.join()
    assert held is None
