from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from operant.platform.refusals import Invalid
from operant.stage import phrasing, terms
from operant.stage.judging import FIRING, OK, PENDING, RESTING, Seen, figure, holds, moved, seen

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COLUMNS = [{"name": "n", "type": "decimal"}, {"name": "who", "type": "text"}, {"name": "yes", "type": "boolean"}]


def asked(condition, limit=None, reduce="last", column="n", **more):
    return terms.Terms("Low", "q1", column, reduce, condition, None if limit is None else Decimal(limit), **more)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12, "12"), (0.1, "0.1"), (-0.0, "0"), ("12.50", "12.50"), (2**53, "9007199254740992"),
        ("9007199254740993", "9007199254740993"), ("1234567890123456789012345678901.78", "1234567890123456789012345678901.78"),
        (True, None), (None, None), ("NaN", None), ("Infinity", None), (float("nan"), None), (float("inf"), None),
        ("much", None), ("", None), ([1], None), ({"n": 1}, None),
    ],
)  # fmt: skip
def test_what_is_a_figure(cell, number):
    assert figure(cell) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("reduce", "value"),
    [("first", "3"), ("last", "0.2"), ("highest", "9007199254740993"), ("lowest", "0.1"), ("rows", "5"),
     ("sum", "9007199254740996.3"), ("average", "2251799813685249.075")],
)  # fmt: skip
def test_rows_become_one_value(reduce, value):
    rows = [[3], ["0.1"], [None], ["9007199254740993"], [0.2]]
    found = seen(COLUMNS[:1], rows, truncated=False, column="" if reduce == "rows" else "n", reduce=reduce)
    assert found == Seen(Decimal(value))


@pytest.mark.parametrize(
    ("rows", "more", "trouble"),
    [
        ([], {}, "The query returned no rows."),
        ([[None], [None]], {}, "There is no figure in the column “n”."),
        ([[1], [None]], {}, "There is no figure in the column “n”."),
        ([["NaN"]], {"reduce": "sum"}, "There is no figure in the column “n”."),
        ([["9e999999"], ["9e999999"]], {"reduce": "sum"}, "There is no figure in the column “n”."),
        ([[1, "2"]], {"column": "who"}, "The column “who” holds no figures."),
        ([[1, "2", True]], {"column": "yes"}, "The column “yes” holds no figures."),
        ([[1]], {"column": "gone"}, "The answer has no column “gone”."),
        ([[1]], {"truncated": True}, "The answer has more rows than are kept, so this cannot be said of all of them."),
    ],
)  # fmt: skip
def test_no_value_says_why(rows, more, trouble):
    assert seen(COLUMNS, rows, **{"truncated": False, "column": "n", "reduce": "last", **more}) == Seen(trouble=trouble)


def test_the_first_row_of_a_cut_answer_is_known():
    assert seen(COLUMNS, [[7]], truncated=True, column="n", reduce="first") == Seen(Decimal(7))


@pytest.mark.parametrize(
    ("wanted", "value", "before", "held"),
    [
        (asked("above", 20), "20", None, False), (asked("above", 20), "20.000000000001", None, True),
        (asked("below", 20), "20", None, False), (asked("below", 20), "-3", None, True),
        (asked("below", 20), None, None, None), (asked("silent"), None, None, True), (asked("silent"), "0", None, False),
        (asked("silent", column="", reduce="rows"), "0", None, True),
        (asked("changed", 20), "120", "100", True), (asked("changed", 20), "80", "100", True),
        (asked("changed", 20), "119.9", "100", False), (asked("changed", 20), "-120", "-100", True),
        (asked("changed", 20), "1", "0", True), (asked("changed", 20), "0", "0", False),
        (asked("changed", 20), "120", None, None), (asked("changed", 20), None, "100", None),
    ],
)  # fmt: skip
def test_a_condition_holds_or_nobody_can_say(wanted, value, before, held):
    given = Seen(None if value is None else Decimal(value))
    assert holds(wanted, given, before=None if before is None else Decimal(before)) is held


@pytest.mark.parametrize(
    ("state", "minutes", "held", "after"),
    [
        (OK, 0, True, PENDING), (OK, 0, False, OK), (PENDING, 4, True, PENDING), (PENDING, 5, True, FIRING),
        (PENDING, 9, False, OK), (FIRING, 0, False, RESTING), (FIRING, 99, True, FIRING), (RESTING, 9, False, RESTING),
        (RESTING, 10, False, OK), (RESTING, 99, True, FIRING), (PENDING, -60, True, PENDING), (RESTING, -60, False, RESTING),
        (OK, 99, None, OK), (PENDING, 99, None, PENDING), (FIRING, 99, None, FIRING), (RESTING, 99, None, RESTING),
    ],
)  # fmt: skip
def test_states_follow_each_other(state, minutes, held, after):
    since = NOW - minutes * MINUTE
    moment = since if after == state else NOW
    assert moved(state, since, held, NOW, hold=5 * MINUTE, rest=10 * MINUTE) == (after, moment)


def test_without_damping_it_fires_and_ends_at_once():
    for state, held, after in ((OK, True, FIRING), (FIRING, False, OK)):
        assert moved(state, NOW, held, NOW, hold=timedelta(), rest=timedelta())[0] == after


@pytest.mark.parametrize(
    ("value", "text"),
    [("12.500", "12.5"), ("1200", "1200"), ("1E+3", "1000"), ("0E-12", "0"), ("0.1", "0.1"), ("-3.0", "-3"),
     ("3333.33333333333333333", "3333.33333333333"), ("1e30", "1E+30"), ("-0.0", "0"), ("9007199254740993", "9007199254740993")],
)  # fmt: skip
def test_numbers_are_written_short(value, text):
    assert phrasing.plain(Decimal(value)) == text


def test_alerts_are_said_in_words():
    low = asked("below", "20.0", hold_seconds=300)
    assert (phrasing.sentence(low), phrasing.finding(low, "12")) == ("the last n is below 20 for 5 minutes", "12, below 20")
    jump = asked("changed", "25", within_seconds=3600, reduce="rows", column="")
    assert phrasing.sentence(jump) == "the number of rows changes by 25% or more within 1 hour"
    assert phrasing.finding(jump, "9") == "9, changed by 25% or more within 1 hour"
    assert phrasing.finding(asked("silent"), "12") == "no value"


@pytest.mark.parametrize(
    "wanted",
    [asked("above"), asked("above", "NaN"), asked("above", "1e30"), asked("above", "1e-13"), asked("sometimes", 1),
     asked("above", 1, reduce="median"), asked("above", 1, reduce="rows"), asked("above", 1, column=""),
     asked("changed", 0, within_seconds=60), asked("changed", 5), asked("changed", 5, within_seconds=604_801),
     asked("above", 1, hold_seconds=86_401), asked("above", 1, rest_seconds=-1)],
)  # fmt: skip
def test_terms_that_nobody_can_judge(wanted):
    with pytest.raises(Invalid):
        terms.checked(wanted)


def test_terms_keep_what_their_condition_asks_only():
    assert terms.checked(asked("silent", 5, within_seconds=60)) == asked("silent")
    assert terms.checked(asked("above", 5, within_seconds=60)) == asked("above", 5)
