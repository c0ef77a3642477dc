"""The register of what is kept how long: its words, its instants, and that chores exist for what goes by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from operant.platform import clock, retention
from operant.platform.queue.upkeep import chores
from operant.platform.retention import Kind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (timedelta(hours=1), "1 hour after the end"), (timedelta(hours=24), "24 hours after the end"),
        (timedelta(days=2), "2 days after the end"), (timedelta(days=90), "90 days after the end"),
    ],
)  # fmt: skip
def test_a_period_is_said_in_words(kept, words):
    assert Kind("a", "A", kept, "after the end").period == words


def test_without_a_period_the_words_say_all_and_no_instant_is_asked():
    kind = Kind("a", "A", None, "until its code runs out")
    assert kind.period == "Until its code runs out"
    with pytest.raises(ValueError, match="no clock knows"):
        _ = kind.cutoff


def test_the_instant_follows_the_clock():
    with clock.frozen(NOON):
        assert Kind("a", "A", timedelta(days=90), "").cutoff == datetime(2026, 8, 24, 12, tzinfo=UTC)


def test_whatever_goes_by_itself_has_a_chore_that_is_queued():
    known = {each.job for each in chores()}
    assert [kind.name for kind in retention.kinds() if kind.kept is not None and kind.chore not in known] == []
    assert [kind.name for kind in retention.kinds() if kind.chore and kind.chore not in known] == []


def test_what_goes_first_stands_first():
    periods = [kind.kept for kind in retention.kinds() if kind.kept]
    assert periods == sorted(periods)
    assert len(periods) > 5
