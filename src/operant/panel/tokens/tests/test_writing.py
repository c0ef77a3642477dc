import re
from uuid import uuid4

import pytest

from operant.panel.tokens import writing

SCANNED = re.compile(r"^ot_live_[1-9A-HJ-NP-Za-km-z]{22}_[1-9A-HJ-NP-Za-km-z]{8}_[1-9A-HJ-NP-Za-km-z]{50}$")


def test_what_was_written_is_read():
    organization = uuid4()
    text, written = writing.new(organization)
    assert SCANNED.match(text)
    assert writing.read(text) == written
    assert written.organization_id == organization


def test_no_two_are_the_same():
    organization = uuid4()
    texts = {writing.new(organization)[0] for _ in range(50)}
    assert len(texts) == 50
    assert len({text.split("_")[4] for text in texts}) == 50


def test_a_letter_more_less_or_other_is_no_token():
    text, _ = writing.new(uuid4())
    other = "A" if text[40] != "A" else "B"
    for wrong in (text[:-1], text + "A", text[:40] + other + text[41:], text[1:], text.replace("live", "test")):
        assert writing.read(wrong) is None


@pytest.mark.parametrize("noise", ["", "_" * 4, "ot_live___", "ot_live_x_y_z", "x" * 10_000, "ot_live_\0_a_b", "ünï"])
def test_noise_is_no_token(noise):
    assert writing.read(noise) is None
