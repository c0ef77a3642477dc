"""What is known of the asking itself: the queries of a source, their runs, and who watches them. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Avg, Count, Max, Q, QuerySet

from operant.platform import clock
from operant.platform.refusals import NotFound

from . import queries, showing
from .models import Dashboard, DashboardVersion, LoggedRun, Result, Source, Viewer
from .questions import question

ONE_DAY = timedelta(days=1)
_MOST_VERSIONS = 2_000
# A version never changes, and neither do the keys of what it asks.
_keys_of: dict[UUID, frozenset[str]] = {}


class Watchers(NamedTuple):
    """How many screens show what a query gives, and in how many browsers a dashboard with it is open."""

    screens: int
    viewers: int


@dataclass(frozen=True)
class Use:
    """Where a query stands: its name there, and whether only in the draft."""

    dashboard: Dashboard
    name: str
    is_draft: bool


@dataclass(frozen=True)
class Day:
    """What the last day's runs of something came to."""

    runs: int
    failed: int
    average_ms: int
    longest_ms: int


def watchers(source_id: UUID, keys: Iterable[str], sql: str) -> Watchers:
    """
    Return who watches one of these results of this SQL now: screens that are alive, and browsers.

    Where variables change what is asked, those count who watch it with any values.
    """
    wanted = frozenset({*keys, question(source_id, sql)})
    shown = [pk for pk, version in _published_reading(source_id) if wanted & _keys_of[version]]
    if not shown:
        return Watchers(0, 0)
    viewers = Viewer.objects.filter(dashboard__in=shown, until__gt=clock.now()).values("browser").distinct().count()
    return Watchers(showing.screens(shown), viewers)


def asked(source: Source) -> QuerySet[Result]:
    """Return what is asked of a source, without rows, what was watched last before the rest."""
    return Result.objects.filter(source=source).defer("rows_json").order_by("-watched_until", "pk")


def pages(keys: Iterable[str]) -> dict[str, tuple[UUID, UUID]]:
    """Return by key of a result whose page tells of its runs: the source and the result."""
    found = Result.objects.filter(key__in=set(keys)).values_list("key", "source_id", "pk")
    return {key: (source_id, pk) for key, source_id, pk in found}


def asked_key(result: Result) -> str:
    """Return the key of what a source is asked for a result: under it stand the runs, whatever the steps."""
    return queries.key(result.source_id, result.sql, result.parameters)


def result(source: Source, result_id: UUID) -> Result:
    """
    Return one of a source's results, without its rows.

    :raises NotFound: when there is none, or it was forgotten.
    """
    found = Result.objects.filter(source=source, pk=result_id).defer("rows_json").first()
    if found is None:
        raise NotFound("There is no such query here. What nobody watched for a week is forgotten.")
    return found


def runs(source: Source, *, key: str | None = None) -> QuerySet[LoggedRun]:
    """Return the runs of a source, or those of one question, with who asked, the newest first."""
    found = LoggedRun.objects.select_related("by").filter(source=source)
    return (found if key is None else found.filter(key=key)).order_by("-at", "-pk")


def day(found: QuerySet[LoggedRun]) -> Day:
    """Return what the last day of these runs came to."""
    row = found.filter(at__gt=clock.now() - ONE_DAY, is_held=False).aggregate(
        runs=Count("pk"), failed=Count("pk", filter=~Q(error="")), average=Avg("duration_ms"), longest=Max("duration_ms")
    )
    return Day(row["runs"], row["failed"], round(row["average"] or 0), row["longest"] or 0)


def uses(source: Source) -> dict[str, list[Use]]:
    """Return where each query of a source stands, by the key of its result; those that vary by what they ask as well."""
    found: dict[str, list[Use]] = defaultdict(list)
    reading = Dashboard.objects.standing().filter(uses__source=source).select_related("published").order_by("name", "pk")
    for each in reading:
        published = _named(each.published.document, source) if each.published else {}
        for key, name in published.items():
            found[key].append(Use(each, name, is_draft=False))
        for key, name in _named(each.draft, source).items():
            if key not in published:
                found[key].append(Use(each, name, is_draft=True))
    return dict(found)


def uses_of(result: Result, uses: dict[str, list[Use]]) -> list[Use]:
    """Return where the query of one result stands."""
    return uses.get(result.key) or uses.get(question(result.source_id, result.sql), [])


def _published_reading(source_id: UUID) -> list[tuple[UUID, UUID]]:
    shown = Dashboard.objects.standing().filter(uses__source_id=source_id, published__isnull=False)
    found = list(shown.values_list("pk", "published_id"))
    if len(_keys_of) > _MOST_VERSIONS:
        _keys_of.clear()
    unknown = [version for _, version in found if version not in _keys_of]
    for version in DashboardVersion.objects.filter(pk__in=unknown) if unknown else []:
        mine = queries.asked(version.document).values()
        _keys_of[version.pk] = frozenset({each.key for each in mine} | {each.question for each in mine if each.varies})
    return found


def _named(document: dict[str, Any], source: Source) -> dict[str, str]:
    names = {query["id"]: query["name"] or query["id"] for query in document["queries"]}
    mine = queries.asked(document)
    here = {query_id: each for query_id, each in mine.items() if each.source_id == source.pk}
    varied = {each.question: names[query_id] for query_id, each in here.items() if each.varies}
    return varied | {each.key: names[query_id] for query_id, each in here.items()}
