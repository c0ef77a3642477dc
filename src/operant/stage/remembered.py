"""What is known of the figures that an answer had before."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from operant.platform.statements import Written

from . import binding, judging, past, questions
from .models import PastFigures, Result


def of_question(
    source_id: UUID, sql: str, given: binding.Given, steps: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    """Return what is known of the past week of a question's answer, of all its figures, if anybody ever watched it."""
    row = _answered.first(questions.key(source_id, sql, binding.used(sql, given), steps))
    numeric = [each["name"] for each in row.columns or () if each["type"] in judging.NUMERIC] if row else []
    looks_back = dict.fromkeys(numeric, past.WEEK)
    return past.told(readings_of(row, looks_back), looks_back) if row and looks_back else None


def readings_of(row: Result, looks_back: past.Wanted) -> list[past.Reading]:
    """Return the figures that a result had, as far back as is looked, and the one before, however long ago that was."""
    since = row.computed_at - timedelta(seconds=past.reach(looks_back))
    return [(each.at, each.figures) for each in _readings.all(row.pk, since, row.computed_at)]


def _from(result: Any, since: Any, until: Any) -> QuerySet[PastFigures]:
    mine = PastFigures.objects.filter(result=result)
    before = mine.filter(at__lt=since).order_by("-at").values("at")[:1]
    return mine.filter(at__gte=Coalesce(before, since), at__lte=until).order_by("at").only("at", "figures")


_answered = Written(lambda key: Result.objects.filter(key=key, computed_at__isnull=False).only("columns", "computed_at"))
_readings = Written(_from)
