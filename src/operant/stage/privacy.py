from uuid import UUID

from operant.platform.holdings import MADE, Rows, hold, leave

from .models import LoggedRun, Star


@hold("stars", "Dashboards that you keep at hand.", "stage_star.member_id", of_organizations=True)
def stars(person_id: UUID) -> Rows:
    found = Star.objects.filter(member__person=person_id).order_by("dashboard__name", "pk")
    return found.values("dashboard_id", "dashboard__name")


@hold("runs", "When you asked a data source, for two weeks.", "stage_run.by_id", of_organizations=True)
def runs(person_id: UUID) -> Rows:
    found = LoggedRun.objects.filter(by=person_id).order_by("-at")
    return found.values("at", "source_id", "cause", "duration_ms")


leave(
    MADE, "stage_source.created_by_id", "stage_dashboard.created_by_id", "stage_version.person_id",
    "stage_planned_publication.planned_by_id", "stage_alert.created_by_id", "stage_share.created_by_id",
    "stage_annotation.created_by_id", "stage_saved_query.created_by_id", "stage_source.uploaded_by_id",
    "stage_source.brought_by_id", "stage_source_version.brought_by_id",
)  # fmt: skip
leave("says for a minute who has an editor open, and is gone after that", "stage_editing.member_id")
