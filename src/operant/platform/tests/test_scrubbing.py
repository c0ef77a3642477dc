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
    "bad", ["a@", "/", "a.", "1 ", "a://", "token", "a-", "abcdefgh.", "a-a_a.a@", "-", "+", "1-(", "bearer:", "\"'"]
)
def test_no_message_takes_long(bad):
    # What grows with the length takes a moment, what grows with its square takes minutes.
    for message in (bad * 50_000, bad * 50_000 + "!"):
        assert len(scrub(message, longest=1_000_000)) <= 1_000_000


def test_what_is_cut_off_leaves_no_half_of_a_secret():
    words = "a1b2c3d4e5f6a7b8c9d0" * 4
    assert scrub(f"{words} {'x.' * 450}ada.lovelace@harbour.example") == "[token] …"
    assert scrub("x." * 600 + "ada@harbour.example") == "…"
