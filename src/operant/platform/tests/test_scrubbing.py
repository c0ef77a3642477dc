import pytest

from operant.platform.scrubbing import LONGEST, scrub


@pytest.mark.parametrize(
    ("message", "clean"),
    [
        ("x is undefined", "x is undefined"),
        ("failed for ada.lovelace+tv@harbour.example now", "failed for [email] now"),
        ("GET https://a.example/b/c?key=1&x=ada failed", "GET https://a.example/b/c failed"),
        ("GET https://user:pw@a.example/b failed", "GET https://a.example/b failed"),
        ("/relay/stream?ticket=tck_abc.scr_def.secret", "/relay/stream"),
        ("player.js?v=abcdef:12", "player.js"),
        ("Authorization: Bearer abc", "Authorization: Bearer [token]"),
        ("password=hunter2, retry", "password [token], retry"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM", "[token]"),
        ("id 4fQ7aa8bb9cc0dd1ee2ff3", "id [token]"),
        ("card 4111 1111 1111 1111", "card [number]"),
        ("call +49 (170) 123-4567", "call [number]"),
        ("line 1234 of 99", "line 1234 of 99"),
        ("two\nlines\x00and\ttabs\u202e", "two lines and tabs"),
        ("is this right? yes", "is this right? yes"),
        ("the key value4711 is wrong", "the key [token] is wrong"),
        ("duplicate key value violates", "duplicate key value violates"),
    ],
)
def test_messages_lose_what_could_be_a_person_or_a_secret(message, clean):
    assert scrub(message) == clean


def test_messages_are_cut():
    cut = scrub("word " * 200)
    assert (len(cut), cut[-1]) == (LONGEST, "…")


@pytest.mark.parametrize(
    "bad", ["a@" * 5000, "/" * 5000 + "?", "a." * 5000, "1 " * 5000, "a://" * 2000, "token" * 2000]
)
def test_no_message_takes_long(bad):
    from time import perf_counter

    start = perf_counter()
    scrub(bad[:500])
    assert perf_counter() - start < 0.2
