import pytest

from operant.platform.ui.templatetags import ui


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "1 minute"),
        (300, "5 minutes"),
        (3600, "1 hour"),
        (5400, "1 hour and 30 minutes"),
        (90000, "1 day and 1 hour"),
    ],
)
def test_spans_are_told_in_words(seconds, words):
    assert ui.lasting(seconds) == words
