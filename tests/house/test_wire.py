"""The types that cross the border are those that the server checks with."""

from scripts import wire


def test_wire_types_are_current():
    stale = [path.name for path, text in wire.generated().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make wire`"
