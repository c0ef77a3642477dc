from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least

from operant.platform import clock, queue, retention, tenancy
from operant.platform.refusals import TooMany

from .. import causes, past, queries, showing
from ..models import RENEWED_BEFORE, WATCHED_FOR, Dashboard, Extract, Result, Share, Source
from ..questions import Asked, question
from ..variables import NONE, Values, declared
from . import remembering

# For each query: answers that somebody's look asks for, beside the defaults and what screens and links are set to.
MOST_LOOKED_AT = 50
AT_ONCE = 10_000

KEPT = retention.keep(
    "results", "Results of queries that no published dashboard asks for", kept=timedelta(days=7),
    since="after somebody last watched", chore="stage.forget_results",
)  # fmt: skip


def watch(*, document: dict[str, Any], values: Values = NONE, most: int | None = None) -> dict[str, str]:
    """
    This function will have a document's queries answered from now on with these values, and return the data key of each.

    :raises TooMany: when that would be more than `most` answers of a query that nothing but somebody's look asks for.
    """
    asked = queries.asked(document, values)
    _watch(asked.values(), most)
    return {query_id: each.key for query_id, each in asked.items()}


def watch_together(*, documents: Iterable[dict[str, Any]]) -> None:
    """This function will have what several documents ask answered from now on: those of the first one first."""
    _watch([each for document in documents for each in queries.asked(document).values()], None)


def keep_watching(*, keys: Iterable[str]) -> None:
    """This function will keep results fresh for another while; rows that were renewed lately are not touched."""
    now = clock.now()
    tired = _in_order(Result.objects.filter(key__in=list(keys), watched_until__lt=now + RENEWED_BEFORE))
    if tired:
        renewed = {"watched_until": now + WATCHED_FOR, "due_at": Coalesce(F("due_at"), now), "cause": _newly(causes.WATCH)}
        Result.objects.filter(pk__in=tired).update(**renewed)


def lock(*, documents: Iterable[dict[str, Any]]) -> list[Result]:
    """Return the results of these documents, and what asks the same with other values, locked in the one order for all."""
    changed = [each for document in documents for each in queries.asked(document).values()]
    theirs = Q(key__in={each.key for each in changed})
    for each in changed:
        theirs |= Q(source=each.source_id, sql=each.sql) if each.varies else Q()
    found = Result.objects.filter(theirs).only("key", "source_id", "sql", "refresh_seconds", "past_wanted")
    return list(found.select_for_update().order_by("key"))


def settle(*, documents: list[dict[str, Any]]) -> None:
    """This function will give each result of these documents the shortest interval, and the past, that published ones ask."""
    # Before it is read what published ones ask: one that is published meanwhile waits for these results, or was waited for.
    rows = lock(documents=documents)
    wanted: dict[str, int] = {}
    looked_at: dict[str, past.Wanted] = {}
    for document in _published_reading({each.source_id for each in rows}):
        for each in queries.asked(document).values():
            wanted[_alike(each)] = min(wanted.get(_alike(each), each.refresh_seconds), each.refresh_seconds)
            looked_at[_alike(each)] = past.merged([looked_at.get(_alike(each), {}), each.looks_back])
    for row in rows:
        # One answer may be asked with a value by some, and with a variable by others.
        asked_as = (row.key, question(row.source_id, row.sql))
        remembering.want_less(row=row, wanted=past.merged(looked_at.get(each, {}) for each in asked_as))
        seconds = min((wanted[each] for each in asked_as if each in wanted), default=row.refresh_seconds)
        if seconds != row.refresh_seconds:
            soonest = Least(F("due_at"), clock.now() + timedelta(seconds=seconds))
            Result.objects.filter(pk=row.pk).update(refresh_seconds=seconds, due_at=soonest)


def ask_again(*, source: Source) -> None:
    """This function will have everything asked again that reads a source, because its data changed."""
    its = _in_order(Result.objects.filter(source=source))
    Result.objects.filter(pk__in=its).update(due_at=clock.now(), leased_until=None, cause=causes.DATA)


def ask_held_again(*, source: Source) -> None:
    """This function will have what waits for a source's budget asked now: it has another one."""
    now = clock.now()
    held = _in_order(Result.objects.filter(source=source, is_held=True, due_at__isnull=False))
    Result.objects.filter(pk__in=held).update(due_at=now, leased_until=None)
    Extract.objects.filter(origin=source, is_held=True).update(due_at=now, leased_until=None)


def forget_results() -> None:
    """This function will delete the answers that nobody has watched for a week and no published dashboard asks for."""
    # A page that was cut off for longer comes back with the manifest it has, and still finds its results.
    asked = _standing(Dashboard.objects.filter(published__isnull=False))
    unwatched = Result.objects.filter(watched_until__lt=KEPT.cutoff, is_alerted=False).values_list("pk", "key")
    # The keys that stand may be more than one statement takes values.
    gone = [pk for pk, key in unwatched if key not in asked]
    for begin in range(0, len(gone), AT_ONCE):
        Result.objects.filter(pk__in=gone[begin : begin + AT_ONCE]).delete()


def _watch(asked: Iterable[Asked], most: int | None) -> None:
    by_key: dict[str, Asked] = {}
    wanted: dict[str, past.Wanted] = {}
    for each in asked:
        by_key[each.key] = each
        wanted[each.key] = past.merged([wanted.get(each.key, {}), each.looks_back])
    known = dict(Result.objects.filter(key__in=by_key).values_list("key", "past_wanted"))
    if missing := [each for each in by_key.values() if each.key not in known]:
        _make(missing, most)
    for key in sorted(wanted):
        # Compared here, since everybody who looks comes by.
        if past.merged([known.get(key, {}), wanted[key]]) != known.get(key, {}):
            remembering.want(key=key, wanted=wanted[key])
    keep_watching(keys=by_key)


def _in_order(rows: QuerySet[Result]) -> list[Any]:
    """Lock these results in the one order for all, since an update of many locks them as they come; return which they are."""
    return list(rows.select_for_update(no_key=True).order_by("key").values_list("pk", flat=True))


def _newly(cause: str) -> Case:
    """Say why a result is asked again, where nothing else would have had it asked."""
    return Case(When(due_at=None, then=Value(cause)), default=F("cause"))


def _alike(each: Asked) -> str:
    """Return what the answers of a query have in common: the key of the one, or for many what is asked."""
    return each.question if each.varies else each.key


def _standing(dashboards: QuerySet[Dashboard]) -> set[str]:
    """Return the keys of what these published dashboards ask, with their defaults and as screens and share links set them."""
    shown = list(dashboards.select_related("published").defer("draft"))
    with_variables = [each.pk for each in shown if declared(each.published.document)]
    sets = showing.values(with_variables) if with_variables else {}
    for share in Share.objects.filter(dashboard__in=with_variables).exclude(values={}):
        sets[share.dashboard_id].append(share.values)
    return {
        key for each in shown for values in (NONE, *sets.get(each.pk, ()))
        for key in queries.keys(each.published.document, values).values()
    }  # fmt: skip


def _make_room(asked: Asked, most: int) -> None:
    """Let an answer go that nobody looks at any more, where a query has as many as addresses may ask of it."""
    alike = Result.objects.filter(source=asked.source_id, sql=asked.sql, steps=asked.steps, is_alerted=False)
    if alike.count() < most:
        return
    reading = Dashboard.objects.filter(uses__source=asked.source_id, published__isnull=False).distinct()
    standing = _standing(reading)
    if asked.key in standing:
        return
    found = alike.values_list("watched_until", "pk", "key")
    passing = sorted((until, pk) for until, pk, key in found if key not in standing)
    if len(passing) < most:
        return
    until, oldest = passing[0]
    if until >= clock.now():
        said = f"This is looked at with {most} different values already. Take one of those, or try again in some minutes."
        raise TooMany(said, retry_after=int(WATCHED_FOR.total_seconds()))
    Result.objects.filter(pk=oldest).delete()


def _make(missing: list[Asked], most: int | None) -> None:
    now = clock.now()
    found = Source.objects.filter(pk__in={each.source_id for each in missing})
    # Of each, whether somebody else's machine answers, which may take its time.
    standing = dict(found.values_list("pk", ExpressionWrapper(queries.OUTSIDE, BooleanField())))
    made = {}
    # Two who make the same ones at once wait for each other in one order.
    for each in sorted(missing, key=lambda each: each.key):
        if each.source_id not in standing:
            continue
        if most and each.varies:
            _make_room(each, most)
        row, is_new = Result.objects.get_or_create(
            key=each.key,
            defaults={
                "source_id": each.source_id, "sql": each.sql, "parameters": each.parameters, "steps": each.steps,
                "refresh_seconds": each.refresh_seconds, "watched_until": now + WATCHED_FOR, "due_at": now,
            },
        )
        if is_new:
            made[each.key] = row.pk
    _ask_at_once([each for each in missing if each.key in made], made, standing)


def _ask_at_once(asked: list[Asked], made: dict[str, UUID], is_outside: dict[UUID, bool]) -> None:
    # The clock would come within a second; somebody is looking at an empty dashboard now.
    organization_id = tenancy.current_organization_id()
    if here := [made[each.key] for each in asked if not is_outside[each.source_id]]:
        queue.defer("stage.refresh", organization_id=organization_id, ids=here)
    for each in asked:
        if is_outside[each.source_id]:
            queue.defer("stage.ask_outside", organization_id=organization_id, ids=[made[each.key]])


def _published_reading(sources: set[Any]) -> list[dict[str, Any]]:
    reading = Dashboard.objects.standing().filter(uses__source_id__in=sources, published__isnull=False)
    return [each.published.document for each in reading.select_related("published").distinct()]
