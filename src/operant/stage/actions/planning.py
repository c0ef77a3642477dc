from datetime import UTC, datetime
from uuid import UUID

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid

from .. import events, planning, queries
from ..models import Dashboard, DashboardVersion, PlannedPublication
from . import drafts, publishing


def plan_publication(
    *, dashboard: Dashboard, revision: int, at: datetime, by: Person, note: str = ""
) -> PlannedPublication:
    """
    This function will have the draft, as it is now, published at a time. It takes the place of a plan before.

    :raises Changed: when the draft has another revision than its author saw.
    :raises Invalid: when the time is over or too far away, or there is nothing to show.
    """
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    if dashboard.revision != revision:
        raise drafts.Changed(dashboard)
    publishing.refuse_empty(dashboard)
    if reason := planning.refusal(at, clock.now()):
        raise Invalid(reason)
    plan, _ = PlannedPublication.objects.update_or_create(
        dashboard=dashboard,
        defaults={
            "document": dashboard.draft, "revision": revision, "note": publishing.clean_note(note),
            "planned_by": organizations.person_of(by), "planned_at": clock.now(), "due_at": at.astimezone(UTC),
            "leased_until": None,
        },
    )  # fmt: skip
    drafts.remember_uses(dashboard)
    announce(
        events.PublicationPlanned(
            dashboard_id=dashboard.public_id, name=dashboard.name, due_at=queries.instant(at) or "",
            note=plan.note, planned_by=by.name,
        ),
        about=dashboard,
    )  # fmt: skip
    return plan


def cancel_publication(*, dashboard: Dashboard, reason: str = "somebody canceled it") -> None:
    """
    This function will leave a planned publication undone.

    :raises Gone: when nothing is planned: it was published or canceled in the meantime.
    """
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    deleted, _ = PlannedPublication.objects.filter(dashboard=dashboard).delete()
    if not deleted:
        raise Gone(f"Nothing is planned for {dashboard.name} any more.")
    drafts.remember_uses(dashboard)
    _tell_canceled(dashboard, reason)


def publish_planned(*, plan_id: UUID) -> DashboardVersion | None:
    """
    This function will publish what was planned, if it is due and nobody canceled it.

    It is the draft of then, whatever was edited or published since.
    """
    due = PlannedPublication.objects.filter(pk=plan_id, due_at__lte=clock.now())
    found = due.values_list("dashboard_id", flat=True).first()
    if found is None:
        return None
    dashboard = queries.dashboard(found, locked=True)
    # Asked again under the lock: somebody may have planned anew, or another worker been here.
    plan = due.select_related("planned_by").first()
    if plan is None:
        return None
    plan.delete()
    if dashboard.published and drafts.same_content(plan.document, dashboard.published.document):
        drafts.remember_uses(dashboard)
        _tell_canceled(dashboard, "it was published already")
        return None
    return publishing.freeze(dashboard, document=plan.document, by=plan.planned_by, note=plan.note)


def _tell_canceled(dashboard: Dashboard, reason: str) -> None:
    announce(
        events.PublicationCanceled(dashboard_id=dashboard.public_id, name=dashboard.name, reason=reason),
        about=dashboard,
    )
