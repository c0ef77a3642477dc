from datetime import UTC, datetime, timedelta

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Invalid, Refusal

from .. import annotations, events, queries
from ..models import Annotation, Dashboard

LONGEST_TEXT, LONGEST_TAG = 200, 40
MOST = 1_000
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2201, 1, 1, tzinfo=UTC)
RETURNS_FOR = timedelta(days=1)


def annotate(*, dashboard: Dashboard | None, at: datetime, text: str, tag: str = "", by: Person) -> Annotation:
    """
    This function will note what happened at a time, on a dashboard or, without one, on all of them.

    :raises Invalid: when the text is blank, something is too long, or the time is centuries away.
    :raises Refusal: when there are a thousand there already.
    """
    text, tag = " ".join(text.split()), " ".join(tag.split()).lstrip("#")
    if not text:
        raise Invalid("Say what happened.")
    if len(text) > LONGEST_TEXT or len(tag) > LONGEST_TAG:
        raise Invalid(f"What happened has at most {LONGEST_TEXT} characters, its tag {LONGEST_TAG}.")
    if not EARLIEST <= at <= LATEST:
        raise Invalid(f"Give a time from {EARLIEST.year} to {LATEST.year - 1}.")
    _ensure_room(dashboard)
    made = Annotation.objects.create(
        dashboard=dashboard, at=at, text=text, tag=tag, created_by=organizations.person_of(by)
    )
    _shown_anew(dashboard)
    announce(events.AnnotationAdded(**_told(made), added_by=by.name), about=made)
    return made


def remove_annotation(*, annotation: Annotation, by: Person) -> None:
    """This function will take an annotation from its charts; it can come back for a day."""
    Annotation.objects.filter(removed_at__lt=clock.now() - RETURNS_FOR).delete()
    Annotation.objects.filter(pk=annotation.pk).update(removed_at=clock.now())
    _shown_anew(annotation.dashboard)
    announce(events.AnnotationRemoved(**_told(annotation), removed_by=by.name), about=annotation)


def return_annotation(*, annotation: Annotation, by: Person) -> None:
    """
    This function will show an annotation that was deleted again.

    :raises Refusal: when there are a thousand there already.
    """
    _ensure_room(annotation.dashboard)
    Annotation.objects.filter(pk=annotation.pk).update(removed_at=None)
    _shown_anew(annotation.dashboard)
    announce(events.AnnotationReturned(**_told(annotation), returned_by=by.name), about=annotation)


def _ensure_room(dashboard: Dashboard | None) -> None:
    if annotations.kept_by(dashboard).count() >= MOST:
        raise Refusal(f"There are {MOST:,} annotations here, and no more are kept. Delete old ones first.")


def _shown_anew(dashboard: Dashboard | None) -> None:
    mine = Dashboard.objects.filter(pk=dashboard.pk) if dashboard else Dashboard.objects.standing()
    # Two at once must both be in what is written last.
    for each in mine.select_for_update(of=("self",), no_key=True).only("pk", "organization_id").order_by("pk"):
        Dashboard.objects.filter(pk=each.pk).update(noted=annotations.text_for(each))
        hint(f"dashboard:{each.public_id}")


def _told(annotation: Annotation) -> dict[str, str]:
    dashboard = annotation.dashboard
    return {
        "annotation_id": annotation.public_id, "dashboard_id": dashboard.public_id if dashboard else "",
        "where": dashboard.name if dashboard else "every dashboard", "at": queries.instant(annotation.at) or "",
        "text": annotation.text, "tag": annotation.tag,
    }  # fmt: skip
