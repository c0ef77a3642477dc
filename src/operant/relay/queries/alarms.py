"""What is known of screens that are looked after, many at once. Inside the organization's scope."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events.models import Announcement
from operant.platform.refusals import NotFound
from operant.platform.tenancy.ids import parse_public_id
from operant.stage import queries as stage

from ..events import ScreensInTrouble
from ..models import Alarm, Alerting, ClientError, Heartbeat, Screen, Site, Watch
from ..troubles import BEFORE, CODE_COUNTS_FOR, CODES, DATA_OLD, LATELY, Facts
from . import devices, judging

NO_ERRORS = (0, 0)
# What telling of a screen needs beside it, and what it does not.
DOCUMENTS = ("screen__rendered_version__document", "screen__rendered_version__dashboard__draft")
PLACE = ("screen__site",)


def terms() -> Alerting:
    """Return what people are told of everywhere: as chosen, or the usual."""
    return Alerting.objects.filter(screen=None).first() or Alerting()


def own_terms(screen_id: UUID) -> Alerting | None:
    """Return what people are told of one screen, or None when that is as everywhere."""
    return Alerting.objects.filter(screen=screen_id).first()


def with_own_terms() -> QuerySet[Alerting]:
    """Return the terms of the screens that have their own, by name."""
    found = Alerting.objects.exclude(screen=None).filter(screen__unpaired_at=None)
    return found.select_related("screen").order_by("screen__name", "pk")


def terms_of(screens: Collection[UUID]) -> Callable[[UUID], Alerting]:
    """Return a function: what people are told of each of these screens, by its own terms or those of everywhere."""
    known = {each.screen_id: each for each in Alerting.objects.filter(Q(screen=None) | Q(screen__in=screens))}
    usual = known.get(None) or Alerting()
    return lambda screen: known.get(screen, usual)


def place(screen: Screen) -> str:
    """Return where screens are that are told of together; nothing for those at no site."""
    return screen.site.name if screen.site else ""


def total_at(screen: Screen) -> int:
    """Return how many screens there are where this one is."""
    return Screen.objects.paired().filter(site=screen.site_id).count()


def alarms() -> QuerySet[Alarm]:
    """Return the troubles that people were told of and that are not over, the newest first."""
    raised = Alarm.objects.filter(state=Alarm.State.RAISED, screen__unpaired_at=None)
    return raised.select_related("screen__site").order_by("-since", "pk")


def muted() -> QuerySet[Watch]:
    """Return the screens that nobody is notified of now."""
    found = Watch.objects.filter(muted_until__gt=clock.now(), screen__unpaired_at=None)
    return found.select_related("screen").order_by("screen__name", "pk")


def muted_until(screen_id: UUID) -> datetime | None:
    """Return until when nobody is notified of a screen, or None when people are."""
    return Watch.objects.filter(screen=screen_id, muted_until__gt=clock.now()).values_list("muted_until", flat=True).first()


def told_of(event_id: UUID) -> tuple[str, int, list[Screen]]:
    """
    Return what people were told of screens in trouble, of how many, and those of it that are still paired, by name.

    A fact names 500 screens at most.

    :raises NotFound: when nothing was told under this id, or it is forgotten by now.
    """
    told = Announcement.objects.filter(pk=event_id, name=ScreensInTrouble.NAME).first()
    if told is None:
        raise NotFound("What this was about is not known any more.")
    fact = told.event()
    assert isinstance(fact, ScreensInTrouble)
    ids = [parse_public_id("scr", each) for each in fact.screen_ids]
    return fact.sentence(), fact.count, list(Screen.objects.paired().filter(pk__in=ids).order_by("name", "pk"))


def all_muted_until(screens: Collection[Screen]) -> datetime | None:
    """Return until when nobody is notified of any of these screens, or None when people are of some."""
    found = list(Watch.objects.filter(screen__in=screens, muted_until__gt=clock.now()).values_list("muted_until", flat=True))
    return min(found) if found and len(found) == len(screens) else None


def is_nudged(screen_id: UUID) -> bool:
    """Return whether a screen is to be told again what it should show, although it was told."""
    return Watch.objects.filter(screen=screen_id, nudged__gt=0).exists()


def facts(watches: Collection[Watch], now: datetime) -> dict[UUID, tuple[Screen, Facts]]:
    """Return the screens of these watches that are paired, each with what is known of it."""
    wanted = {each.screen_id: each for each in watches}
    rows = judging.judged(Screen.objects.paired()).told().select_related("site").filter(pk__in=wanted)
    screens = {each.pk: each for each in rows}
    online = [each for each in screens.values() if each.state == Screen.State.ONLINE]
    codes = _codes([each.pk for each in online], now)
    errors = _errors([each.pk for each in online if each.has_errors], now)
    still, zone = _standing_still(online, codes), organizations.organization().time_zone
    return {
        key: (
            each,
            Facts(
                state=each.state, paired_at=each.paired_at, **_hours(each.site, now, zone),
                behind_for=_behind_for(each, wanted[key], still, now),
                stands_still=key in still, codes=codes.get(key, frozenset()),
                errors_lately=errors.get(key, NO_ERRORS)[0], errors_before=errors.get(key, NO_ERRORS)[1],
            ),
        )
        for key, each in screens.items()
    }  # fmt: skip


def facts_of(alarms: Collection[Alarm], now: datetime) -> dict[UUID, Facts]:
    """Return what is known now of the screens of these alarms, of those that are paired."""
    watches = list(Watch.objects.filter(screen__in={each.screen_id for each in alarms}))
    return {key: known for key, (_, known) in facts(watches, now).items()}


def _hours(site: Site | None, now: datetime, zone: str) -> dict[str, Any]:
    if site is None or site.is_open_at(now, zone):
        return {"awake": True}
    return {"awake": False, "opens_at": site.opens_after(now, zone)}


def _behind_for(screen: Screen, watch: Watch, still: set[UUID], now: datetime) -> timedelta | None:
    if not screen.is_behind or screen.pk in still or screen.state != Screen.State.ONLINE:
        return None
    return now - (watch.wanted_since or now)


def _codes(screens: list[UUID], now: datetime) -> dict[UUID, frozenset[str]]:
    if not screens:
        return {}
    lately = ClientError.objects.filter(screen__in=screens, code__in=[*CODES, DATA_OLD], last_at__gte=now - CODE_COUNTS_FOR)
    found: dict[UUID, set[str]] = defaultdict(set)
    for screen, code in lately.values_list("screen", "code"):
        found[screen].add(code)
    return {screen: frozenset(codes) for screen, codes in found.items()}


def _errors(screens: list[UUID], now: datetime) -> dict[UUID, tuple[int, int]]:
    if not screens:
        return {}
    samples = Heartbeat.objects.filter(screen_id__in=screens, at__gte=now - LATELY - BEFORE, errors__gt=0)
    lately, before = Q(at__gte=now - LATELY), Q(at__lt=now - LATELY)
    sums = {"lately": Sum("errors", filter=lately, default=0), "before": Sum("errors", filter=before, default=0)}
    rows = samples.order_by().values_list("screen_id").annotate(**sums)
    return {screen: (recent, earlier) for screen, recent, earlier in rows}


def _standing_still(online: Iterable[Screen], codes: dict[UUID, frozenset[str]]) -> set[UUID]:
    """Return those whose round does not turn, and those that paint no new data although there is some."""
    found = set()
    for each in online:
        turns = not each.shows.is_plain and each.is_behind
        if (turns and _is_of_its_round(each)) or (DATA_OLD in codes.get(each.pk, ()) and _has_fresh_data(each)):
            found.add(each.pk)
    return found


def _is_of_its_round(screen: Screen) -> bool:
    program = devices.board_of(screen).program
    return program is not None and screen.rendered_version_id in program.versions


def _has_fresh_data(screen: Screen) -> bool:
    if screen.rendered_version_id is None:
        return False
    return stage.are_fresh(devices.keys_of(frozenset({(screen.rendered_version_id, screen.variables)})), clock.now())
