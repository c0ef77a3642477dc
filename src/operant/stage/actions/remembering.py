from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from operant.platform import clock, retention
from operant.platform.live import hint

from .. import past, remembered
from ..models import PastFigures, Result

KEPT = retention.keep(
    "past", "Figures that answers of queries had before, fewer of them after two hours and after two days",
    kept=timedelta(days=8), since="after they were read", chore="stage.forget_past",
)  # fmt: skip
_THIN = """
DELETE FROM stage_past_figures WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY result_id, floor(extract(epoch FROM at) / %s::int) ORDER BY at) AS number
    FROM stage_past_figures WHERE at >= %s::timestamptz AND at < %s::timestamptz
  ) AS each WHERE number > 1
)
"""


def remember(*, row: Result, rows: list[list[Any]], at: datetime) -> None:
    """This function will keep the figures of an answer, and set what of the past travels with it. Its caller saves the row."""
    figures = past.figures(row.columns, rows)
    if figures:
        PastFigures.objects.create(result=row, at=at, figures=figures)
    if row.past_wanted:
        row.past_json = past.text(remembered.readings_of(row, row.past_wanted), row.past_wanted)


def want(*, key: str, wanted: past.Wanted) -> None:
    """This function will let a result take along what some widget looks back on, from now on."""
    row = Result.objects.select_for_update().filter(key=key).first()
    if row is None or (both := past.merged([row.past_wanted, wanted])) == row.past_wanted:
        return
    row.past_wanted, row.seq = both, row.seq + 1
    if row.computed_at:
        row.past_json = past.text(remembered.readings_of(row, both), both)
    row.save(update_fields=["past_wanted", "past_json", "seq"])
    hint(f"data:{row.key}")


def want_less(*, row: Result, wanted: past.Wanted) -> None:
    """
    This function will let a result that is locked take along no more of the past than this. What is missing comes when somebody
    looks.
    """
    less = {column: min(seconds, wanted[column]) for column, seconds in row.past_wanted.items() if column in wanted}
    if less != row.past_wanted:
        Result.objects.filter(pk=row.pk).update(past_wanted=less, **({} if less else {"past_json": ""}))


def forget_past() -> None:
    """This function will let go of what is older than a week and a day, and thin out the rest."""
    now = clock.now()
    PastFigures.objects.filter(at__lt=KEPT.cutoff).delete()
    for youngest, oldest, seconds in past.THINNED:
        with connection.cursor() as cursor:
            # Whole slots only: a slot that is cut in two would keep one of each part.
            until = (now.timestamp() - youngest) // seconds * seconds
            since = (now.timestamp() - oldest) // seconds * seconds
            cursor.execute(_THIN, [seconds, *(datetime.fromtimestamp(each, now.tzinfo) for each in (since, until))])

