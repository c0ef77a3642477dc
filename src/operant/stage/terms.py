"""What an alert looks at and when it fires, and whether somebody may ask for that at all. Pure: no database."""

from dataclasses import dataclass, replace
from decimal import Decimal

from operant.platform.refusals import Invalid

from .naming import clean

ABOVE, BELOW, CHANGED, SILENT = "above", "below", "changed", "silent"
FIRST, LAST, HIGHEST, LOWEST, SUM, AVERAGE, ROWS = "first", "last", "highest", "lowest", "sum", "average", "rows"
CONDITIONS = (SILENT, ABOVE, BELOW, CHANGED)
REDUCTIONS = (FIRST, LAST, HIGHEST, LOWEST, SUM, AVERAGE, ROWS)
LIMIT_DIGITS, LIMIT_PLACES = 36, 12
LONGEST_DAMPING = 86_400
SHORTEST_WITHIN, LONGEST_WITHIN = 60, 7 * 86_400


@dataclass(frozen=True)
class Terms:
    """
    What an alert looks at, and when it fires.

    `limit` is a percentage for what changed, against the value `within_seconds` before. It fires once the condition held for
    `hold_seconds`, and is over once it did not for `rest_seconds`.
    """

    name: str
    query_id: str
    column: str
    reduce: str
    condition: str
    limit: Decimal | None = None
    within_seconds: int = 0
    hold_seconds: int = 0
    rest_seconds: int = 0


def checked(terms: Terms) -> Terms:
    """
    Return terms as they are kept: without what their condition does not ask.

    :raises Invalid: when they cannot be judged.
    """
    if terms.condition not in CONDITIONS or terms.reduce not in REDUCTIONS:
        raise Invalid("There is no such condition.")
    if (terms.reduce == ROWS) != (terms.column == ""):
        raise Invalid("Choose a column, or count the rows.")
    for seconds in (terms.hold_seconds, terms.rest_seconds):
        if not 0 <= seconds <= LONGEST_DAMPING:
            raise Invalid("An alert waits at most a day.")
    kept = replace(terms, name=clean(terms.name, "An alert"))
    if kept.condition == SILENT:
        return replace(kept, limit=None, within_seconds=0)
    if kept.limit is None or not _is_kept_exactly(kept.limit):
        raise Invalid("Say the limit as a number, with up to 24 digits before the point and 12 after it.")
    return _of_change(kept) if kept.condition == CHANGED else replace(kept, within_seconds=0)


def _of_change(terms: Terms) -> Terms:
    if terms.limit is None or terms.limit <= 0:
        raise Invalid("Say by how many percent it has to change: more than 0.")
    if not SHORTEST_WITHIN <= terms.within_seconds <= LONGEST_WITHIN:
        raise Invalid("Say within how long it has to change: between a minute and a week.")
    return terms


def _is_kept_exactly(limit: Decimal) -> bool:
    if not limit.is_finite() or abs(limit.adjusted()) > LIMIT_DIGITS:
        return False
    return abs(limit) < 10 ** (LIMIT_DIGITS - LIMIT_PLACES) and limit == round(limit, LIMIT_PLACES)
