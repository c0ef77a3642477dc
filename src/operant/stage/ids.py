"""Public ids of Stage's things."""

from uuid import UUID

from operant.platform.tenancy.ids import parse_public_id, public_id, register

ALERT, ANNOTATION, DASHBOARD, RESULT, SAVED = "alr", "ann", "dsh", "res", "qry"
SHARE, SOURCE, VERSION = "shr", "src", "ver"

# Not beside Stage's own addresses: those of rooms above name its things too, whichever are read first.
for _name, _prefix in {
    "alert": ALERT, "annotation": ANNOTATION, "dashboard": DASHBOARD, "result": RESULT, "saved": SAVED, "share": SHARE,
    "source": SOURCE, "version": VERSION,
}.items():  # fmt: skip
    register(_name, _prefix)


def source_key(public: str) -> UUID | None:
    """Return the row that a source's public id names, or None when it is not such an id."""
    return _key(SOURCE, public)


def saved_key(public: str) -> UUID | None:
    """Return the row that a saved query's public id names, or None when it is not such an id."""
    return _key(SAVED, public)


def _key(prefix: str, public: str) -> UUID | None:
    try:
        return parse_public_id(prefix, public)
    except ValueError:
        return None


__all__ = [
    "ALERT", "ANNOTATION", "DASHBOARD", "RESULT", "SAVED", "SHARE", "SOURCE", "VERSION", "parse_public_id", "public_id",
    "saved_key", "source_key",
]  # fmt: skip
