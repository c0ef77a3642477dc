"""Public ids of Stage's things."""

from uuid import UUID

from operant.platform.tenancy.ids import parse_public_id, public_id

ALERT, ANNOTATION, DASHBOARD, RESULT, SHARE, SOURCE, VERSION = "alr", "ann", "dsh", "res", "shr", "src", "ver"


def source_key(public: str) -> UUID | None:
    """Return the row that a source's public id names, or None when it is not such an id."""
    try:
        return parse_public_id(SOURCE, public)
    except ValueError:
        return None


__all__ = ["ALERT", "ANNOTATION", "DASHBOARD", "RESULT", "SHARE", "SOURCE", "VERSION", "parse_public_id", "public_id", "source_key"]
