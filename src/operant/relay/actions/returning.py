"""A version is taken back: because it broke, because somebody wants so, or because another one takes its place."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Refusal
from operant.platform.scrubbing import scrub
from operant.stage import actions as stage_actions
from operant.stage import queries as stage

from .. import events, faults, phrasing, wire
from ..models import ClientError, DeployedScreen, Deployment, Screen
from ..queries import deploying as queries
from ..queries import fleet, proving
from . import held

State = Deployment.State
SOONEST, LATEST = timedelta(seconds=2), timedelta(minutes=10)
# What a version throws while it is painted where nobody sees it is its own; what was thrown before that is not.
PAINTED_WITHIN = timedelta(seconds=10)
# What says that a version cannot be shown; all of it is about one version, and says which.
TELLING = ("version_rejected", "fewer_widgets")


def note_faults(*, screen: Screen, errors: Iterable[wire.ClientError], now: datetime) -> None:
    """
    This function will note what a screen that is held at a version reports of it. The screen is locked by the caller.

    The clock sees it within two seconds, and halts.
    """
    running = DeployedScreen.objects.filter(screen=screen, deployment__state=State.RUNNING, rejected_at=None)
    with_names = running.select_related("deployment__version", "deployment__dashboard")
    for row in with_names.defer("deployment__version__document", "deployment__dashboard__draft"):
        version = row.deployment.version
        said = next((each for each in errors if each.code in TELLING and _is_about(row.deployment, each, screen)), None)
        since = min(each for each in (row.painted_at, screen.rendered_at, now) if each) - PAINTED_WITHIN
        thrown = [each for each in errors if each.code in faults.THROWN and each.last >= since]
        if said:
            row.rejected_at, row.reason = now, scrub(said.message)
            row.save(update_fields=["rejected_at", "reason"])
        elif thrown and screen.rendered_version_id == version.pk:
            row.errors += sum(each.count for each in thrown)
            row.reason = row.reason or _first_ever(thrown, screen, max(row.told_at or since, since))
            row.save(update_fields=["errors", "reason"])


def _is_about(deployment: Deployment, error: wire.ClientError, screen: Screen) -> bool:
    said = f"ersion {deployment.version.number}:"
    # A screen with turns shows other dashboards, too, and theirs have versions of that number.
    return said in error.message if screen.shows.is_plain else error.message.startswith(f"{deployment.dashboard.name}, v{said}")


def _first_ever(thrown: list[wire.ClientError], screen: Screen, since: datetime) -> str:
    """Return the message of the first error of a kind that this screen did not have before."""
    old = ClientError.objects.filter(screen=screen, first_at__lt=since, code__in=faults.THROWN)
    known = {faults.kind(*each) for each in old.values_list("code", "message")}
    messages = ((each.code, scrub(each.message)) for each in thrown)
    return next((message or code for code, message in messages if faults.kind(code, message) not in known), "")


def halt(*, deployment: Deployment, reason: str, screen: str) -> None:
    """This function will stop a deployment, and let all screens that had the version show what they showed before."""
    _bring_back(deployment, State.HALTED, reason=reason)
    told = events.DeploymentHalted(**phrasing.about(deployment), stage=deployment.stage, screen=screen, reason=reason)
    announce(told, about=deployment)


def replace(*, deployment: Deployment, reason: str) -> None:
    """This function will end a deployment on its way, since another version takes its place."""
    _bring_back(deployment, State.REPLACED, reason=reason)
    announce(events.DeploymentReplaced(**phrasing.about(deployment), reason=reason), about=deployment)


def roll_back(*, deployment: Deployment, by: Person) -> Deployment:
    """
    This function will let every screen that a deployment reached show again what it showed before. Twice changes nothing.

    :raises Refusal: when it did not begin, ended otherwise, or another version was published since; or there was none before.
    """
    stage.dashboard(deployment.dashboard_id, locked=True)
    deployment = queries.deployment(deployment.pk)
    Deployment.objects.filter(pk=deployment.pk).locked().values_list("pk").first()
    if deployment.state == State.ROLLED_BACK:
        return deployment
    if reason := proving.why_not(deployment):
        raise Refusal(reason)
    was_published = deployment.state == State.DONE and deployment.is_for_all and deployment.before_id != deployment.version_id
    if was_published:
        _add_missing(deployment)
    deployment.rolled_back_by = organizations.person_of(by)
    _bring_back(deployment, State.ROLLED_BACK)
    if was_published and deployment.before:
        stage_actions.put_out(version=deployment.before, by=by)
    told = events.DeploymentRolledBack(
        **phrasing.about(deployment), screens=deployment.screens.count(), rolled_back_by=by.name
    )
    announce(told, about=deployment)
    return deployment


def note_returns(*, deployment: Deployment) -> None:
    """This function will note which screens show what they should after a deployment ended, and look again later."""
    now, standing = clock.now(), queries.standing(deployment)
    if deployment.state == State.DONE:
        is_new, is_open = note_painted(standing=standing, now=now), bool(standing.missing_anywhere)
    else:
        is_new, is_open = _note_returned(deployment, standing)
    if is_new:
        hint("deployments", f"deployment:{deployment.public_id}")
    ended = deployment.back_at or deployment.ended_at or now
    is_watched = is_open and now - ended < queries.FOLLOWED_FOR and queries.stands(deployment)
    wait = min(max((now - ended) / 10, SOONEST), LATEST)
    deployment.due_at, deployment.leased_until = (now + wait if is_watched else None), None
    deployment.save(update_fields=["due_at", "leased_until"])


def note_painted(*, standing: queries.Standing, now: datetime) -> bool:
    """This function will note which screens have painted the version since it looked last, and return whether any has."""
    new = standing.newly_painted
    for each in new:
        each.painted_at = queries.painted_at(each, now)
    DeployedScreen.objects.bulk_update(new, ["painted_at"], batch_size=1000)
    return bool(new)


def _note_returned(deployment: Deployment, standing: queries.Standing) -> tuple[bool, bool]:
    waiting = [each for each in standing.rows if standing.is_to_return(each)]
    back = queries.returned(deployment, waiting)
    new = [each for each in waiting if each.pk in back]
    for each in new:
        each.returned_at = back[each.pk]
    DeployedScreen.objects.bulk_update(new, ["returned_at"], batch_size=1000)
    return bool(new), any(standing.may_return(each) for each in standing.rows)


def _add_missing(deployment: Deployment) -> None:
    """Screens that joined after the last stage show the version too, and are to show again what the others do."""
    known = set(deployment.screens.values_list("screen_id", flat=True))
    missing = [pk for pk in fleet.set_to_show(deployment.dashboard_id).values_list("pk", flat=True) if pk not in known]
    rows = [DeployedScreen(deployment=deployment, screen_id=pk, stage=len(deployment.stages)) for pk in missing]
    DeployedScreen.objects.bulk_create(rows, batch_size=1000)


def _bring_back(deployment: Deployment, state: str, *, reason: str = "") -> None:
    versions = dict(deployment.screens.values_list("screen_id", "before_id"))
    later = held.take_back(
        dashboard=deployment.dashboard, version_id=deployment.version_id, versions=versions, base_id=deployment.before_id
    )
    # After the locks: what a screen said while this waited for it was said before it was told.
    now = clock.now()
    if state == State.ROLLED_BACK and later:
        deployment.screens.filter(screen__in=later).update(left_out_at=now)
        reason = phrasing.left_as_they_are(later)
    deployment.state, deployment.reason, deployment.back_at, deployment.leased_until = state, reason, now, None
    deployment.ended_at = deployment.ended_at or now
    # Those that were replaced have nothing to prove: what takes their place says what is on the screens.
    deployment.due_at = None if state == State.REPLACED else now + SOONEST
    deployment.save(
        update_fields=["state", "reason", "back_at", "ended_at", "due_at", "leased_until", "rolled_back_by"]
    )
