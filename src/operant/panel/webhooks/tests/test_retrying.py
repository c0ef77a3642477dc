from datetime import UTC, datetime, timedelta

import pytest

from operant.panel.webhooks import retrying
from operant.platform import clock

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_ten_attempts_take_about_three_days():
    waits = [retrying.wait_after(attempts) for attempts in range(1, retrying.MOST_ATTEMPTS)]
    assert timedelta(days=2.8) < sum(waits, timedelta()) < timedelta(days=3.6)
    assert [wait <= usual * 1.1 and wait >= usual * 0.9 for wait, usual in zip(waits, retrying.WAITS, strict=True)] == [True] * 9
    assert retrying.wait_after(retrying.MOST_ATTEMPTS) is None


def test_what_failed_together_does_not_come_back_together():
    assert len({retrying.wait_after(3) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("120", timedelta(minutes=2)), ("0", timedelta()), ("Sun, 22 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Sun, 22 Nov 2026 08:00:00 GMT", timedelta()), ("Sun, 22 Nov 2026 09:10:00", timedelta(minutes=10)),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
        ("soon", None), ("-5", None), ("1e9", None), ("٣", None), ("9" * 30, None), ("", None),
    ],
)  # fmt: skip
def test_what_a_receiver_asks_for(header, asked):
    with clock.frozen(NOW):
        assert retrying.asked_to_wait(header) == asked


def test_a_receiver_may_ask_for_more_and_never_for_more_than_a_day():
    assert retrying.wait_after(1, asked=timedelta(hours=1)) == timedelta(hours=1)
    assert retrying.wait_after(1, asked=timedelta(days=400)) == timedelta(hours=24)
    assert retrying.wait_after(9, asked=timedelta(seconds=1)) > timedelta(hours=20)
