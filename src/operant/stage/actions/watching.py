from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce, Least

from operant.platform import clock, queue, retention, tenancy

from .. import queries
from ..models import RENEWED_BEFORE, WATCHED_FOR, Dashboard, Result, Source

KEPT = retention.keep(
    "results", "Results of queries that no published dashboard asks for", kept=timedelta(days=7),
    since="after somebody last watched", chore="stage.forget_results",
)  # fmt: skip


def watch(*, document: dict[str, Any]) -> dict[str, str]:
    """This function will have a document's queries answered from now on, and return the data key of each."""
    asked = queries.asked(document)
    by_key = {each.key: each for each in asked.values()}
    missing = set(by_key) - set(Result.objects.filter(key__in=by_key).values_list("key", flat=True))
    if missing:
        _make([by_key[each] for each in sorted(missing)])
    keep_watching(keys=by_key)
    return {query_id: each.key for query_id, each in asked.items()}


def keep_watching(*, keys: Iterable[str]) -> None:
    """This function will keep results fresh for another while; rows that were renewed lately are not touched."""
    now = clock.now()
    tired = Result.objects.filter(key__in=list(keys), watched_until__lt=now + RENEWED_BEFORE)
    tired.update(watched_until=now + WATCHED_FOR, due_at=Coalesce(F("due_at"), now))


def settle(*, documents: list[dict[str, Any]]) -> None:
    """This function will give each result of these documents the shortest interval that a published one asks."""
    changed = {each.key: each.source_id for document in documents for each in queries.asked(document).values()}
    wanted: dict[str, int] = {}
    for document in _published_reading(set(changed.values())):
        for each in queries.asked(document).values():
            wanted[each.key] = min(wanted.get(each.key, each.refresh_seconds), each.refresh_seconds)
    for row in Result.objects.filter(key__in=changed).only("key", "refresh_seconds", "computed_at"):
        seconds = wanted.get(row.key, row.refresh_seconds)
        if seconds != row.refresh_seconds:
            soonest = Least(F("due_at"), clock.now() + timedelta(seconds=seconds))
            Result.objects.filter(pk=row.pk).update(refresh_seconds=seconds, due_at=soonest)


def ask_again(*, source: Source) -> None:
    """This function will have everything asked again that reads a source, because its data changed."""
    Result.objects.filter(source=source).update(due_at=clock.now(), leased_until=None)


def forget_results() -> None:
    """This function will delete the answers that nobody has watched for a week and no published dashboard asks for."""
    # A page that was cut off for longer comes back with the manifest it has, and still finds its results.
    shown = Dashboard.objects.filter(published__isnull=False).select_related("published")
    asked = {key for each in shown.iterator() for key in queries.keys(each.published.document).values()}
    Result.objects.filter(watched_until__lt=KEPT.cutoff).exclude(key__in=asked).delete()


def _make(missing: list[queries.Asked]) -> None:
    now = clock.now()
    standing = set(Source.objects.filter(pk__in={each.source_id for each in missing}).values_list("pk", flat=True))
    made = []
    for each in missing:
        if each.source_id not in standing:
            continue
        row, is_new = Result.objects.get_or_create(
            key=each.key,
            defaults={
                "source_id": each.source_id, "sql": each.sql, "refresh_seconds": each.refresh_seconds,
                "watched_until": now + WATCHED_FOR, "due_at": now,
            },
        )
        if is_new:
            made.append(row.pk)
    if made:
        # The clock would come within a second; somebody is looking at an empty dashboard now.
        queue.defer("stage.refresh", organization_id=tenancy.current_organization_id(), ids=made)


def _published_reading(sources: set[Any]) -> list[dict[str, Any]]:
    reading = Dashboard.objects.standing().filter(uses__source_id__in=sources, published__isnull=False)
    return [each.published.document for each in reading.select_related("published").distinct()]
