from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as who
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Gone, Invalid, NotFound, Refusal
from operant.platform.scrubbing import scrub
from operant.platform.tenancy.ids import parse_public_id
from operant.stage import actions as stage_actions
from operant.stage import queries as stage
from operant.stage.models import Dashboard

from .. import events
from ..models import KEPT, MOST_TEXT, Cover, Screen, Takeover
from ..queries import playing

MOST_FOR = timedelta(days=7)


def take_over(
    *, screens: Collection[Screen], until: datetime, by: Person, text: str = "", severity: str = "info",
    dashboard: Dashboard | None = None,
) -> Takeover:  # fmt: skip
    """
    This function will lay a message, or a dashboard's published version, over what these screens show, until a time.

    What lay over one of them before ends there. The screens are locked by the caller.

    :raises Invalid: when it is neither or both, for no screen, or its time is past or more than a week away.
    :raises Refusal: when the dashboard is not published.
    """
    text, now = " ".join(text.split()), clock.now()
    _check(screens, text, dashboard, until, now)
    playing.hold(dashboard)
    version = stage.published(dashboard.pk) if dashboard else None
    if dashboard and version is None:
        raise Refusal(f"{dashboard.name} is not published yet, so there is nothing to show.")
    _forget_old()
    made = Takeover.objects.create(
        text=text, severity=Takeover.Severity(severity), version=version, until=until, due_at=until, started_by=who.person_of(by)
    )
    Cover.objects.bulk_create([Cover(takeover=made, screen=each) for each in screens])
    Screen.objects.filter(pk__in=[each.pk for each in screens]).update(takeover=made)
    if version:
        stage_actions.watch(document=version.document, values={})
    told = {"takeover_id": made.public_id, "what": what(made), "screens": _counted(len(screens))}
    announce(events.TakeoverStarted(**told, severity=made.severity, until=until, started_by=by.name), about=made)
    _tell(each.public_id for each in screens)
    return made


def end_takeover(*, takeover: Takeover) -> None:
    """
    This function will end a takeover before its time. Its screens show again what lies under it.

    :raises Gone: when it is over.
    """
    if not _end(takeover, "person"):
        raise Gone("This takeover is over already.")


def pass_takeovers(*, ids: Iterable[UUID | str]) -> None:
    """This function will end the takeovers whose time has come."""
    for takeover in Takeover.objects.filter(pk__in=list(ids), ended_at=None, until__lte=clock.now()):
        _end(takeover, "time")


def answer_takeover(*, screen: Screen, takeover: str, outcome: str, reason: str = "") -> None:
    """
    This function will note what a screen says of a takeover: heard, painted or failed. Told twice, it changes nothing.

    :raises NotFound: when it was never meant for this screen.
    """
    try:
        rows = Cover.objects.filter(takeover=parse_public_id("tko", takeover), screen=screen)
        cover = rows.select_related("takeover__version__dashboard").first()
    except ValueError:
        cover = None
    if cover is None:
        raise NotFound("No such takeover was meant for this screen.")
    why = scrub(reason)
    is_new = cover.say(outcome, at=clock.now(), reason=why)
    if not is_new or not cover.takeover.is_on or screen.takeover_id != cover.takeover_id:
        # What it says too late is noted, and no news.
        return
    about = {"takeover_id": cover.takeover.public_id, "screen_id": screen.public_id, "name": screen.name}
    if outcome == "heard":
        hint(f"takeover:{cover.takeover.public_id}")
    elif outcome == "done":
        announce(events.TakeoverPainted(**about, what=what(cover.takeover)), about=screen)
    else:
        announce(events.TakeoverFailed(**about, what=what(cover.takeover), reason=why), about=screen)


def what(takeover: Takeover) -> str:
    """Return in words what a takeover shows."""
    return f"the dashboard {takeover.version.dashboard.name}" if takeover.version else f"“{takeover.text}”"


def _check(screens: Collection[Screen], text: str, dashboard: Dashboard | None, until: datetime, now: datetime) -> None:
    if not screens:
        raise Invalid("Choose at least one screen.")
    if bool(text) == bool(dashboard):
        raise Invalid("Write a message or choose a dashboard: one of the two.")
    if len(text) > MOST_TEXT:
        raise Invalid(f"A message has at most {MOST_TEXT} characters: it is read from afar.")
    if until <= now:
        raise Invalid("It would be over before it begins. Choose a later time.")
    if until > now + MOST_FOR:
        raise Invalid("A takeover lasts a week at most. What should stay is a dashboard of its own.")


def _end(takeover: Takeover, because: str) -> bool:
    if not takeover.close(at=clock.now()):
        return False
    under = list(Screen.objects.filter(takeover=takeover).in_turn().only("pk"))
    Screen.objects.filter(pk__in=[each.pk for each in under]).update(takeover=None)
    covered = [each.public_id for each in under]
    covers = Cover.objects.filter(takeover=takeover)
    told = {"takeover_id": takeover.public_id, "what": what(takeover), "screens": _counted(covers.count())}
    painted = covers.exclude(painted_at=None).count()
    announce(events.TakeoverEnded(**told, because=because, painted=painted), about=takeover)
    _tell(covered)
    return True


def _tell(screens: Iterable[str]) -> None:
    hint(*(f"screen:{each}" for each in screens), "screens")


def _forget_old() -> None:
    old = Takeover.objects.order_by("-created_at", "pk").values_list("pk", flat=True)[KEPT - 1 :]
    Takeover.objects.filter(pk__in=list(old), covered=None).exclude(ended_at=None).delete()


def _counted(number: int) -> str:
    return "one screen" if number == 1 else f"{number} screens"
