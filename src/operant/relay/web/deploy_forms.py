from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms

from operant.platform import clock
from operant.stage import planning
from operant.stage import queries as stage
from operant.stage.models import Dashboard

from ..models import PATIENCE, STAND_FOR
from ..queries import targets
from ..queries.targets import Target

DRAFT = "draft"
SHOWN_VERSIONS = 30
LONGEST_STAND, LONGEST_PATIENCE = timedelta(days=1), timedelta(days=7)
NONE = ("", "Leave this stage out")


class DeployForm(forms.Form):
    """Which version of a dashboard reaches which screens, in which order, and when."""

    revision = forms.IntegerField(min_value=1, max_value=2_147_483_647, widget=forms.HiddenInput)
    version = forms.ChoiceField(label="What is deployed")
    first = forms.ChoiceField(label="First", required=False, help_text="One screen that somebody can look at is a good beginning.")
    second = forms.ChoiceField(label="Then", required=False)
    last = forms.ChoiceField(
        label="At last", help_text="On all screens it is published then; others hold it until the next publication."
    )
    stand_seconds = forms.IntegerField(
        label="Seconds to stand", min_value=10, max_value=int(LONGEST_STAND.total_seconds()),
        initial=int(STAND_FOR.total_seconds()), help_text="So long a stage shows it without an error before the next begins.",
    )  # fmt: skip
    patience = forms.IntegerField(
        label="Minutes to wait for screens that are offline", min_value=0,
        max_value=int(LONGEST_PATIENCE.total_seconds()) // 60, initial=int(PATIENCE.total_seconds()) // 60,
        help_text="After that the others go on, and it is said which were left out.",
    )  # fmt: skip
    at = forms.CharField(
        label="Begin at", max_length=40, required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    note = forms.CharField(label="Note", max_length=500, required=False, help_text="For the history.")

    def __init__(self, *args: Any, dashboard: Dashboard, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = zone
        self.fields["at"].help_text = f"Empty: at once. In the time of {zone}, as the organization's settings say."
        self.fields["version"].choices = _versions(dashboard)
        everywhere, *choices = targets.choices()
        for name in ("first", "second"):
            self.fields[name].choices = [NONE, *choices]
        self.fields["last"].choices = [everywhere, *choices]

    def clean_at(self) -> datetime | None:
        if not self.cleaned_data["at"].strip():
            return None
        try:
            at = planning.moment(self.cleaned_data["at"], self._zone)
            reason = planning.refusal(at, clock.now())
        except ValueError as wrong:
            reason = str(wrong)
        if reason:
            raise forms.ValidationError(reason)
        return at

    def clean(self) -> None:
        chosen = [self.cleaned_data.get(name, "") for name in ("first", "second", "last")]
        self.cleaned_data["stages"] = [Target.read(each) for each in chosen if each]

    def version_id(self) -> UUID | None:
        """Return which version is meant; None for the draft."""
        chosen = self.cleaned_data["version"]
        return None if chosen == DRAFT else UUID(chosen)

    def plan(self) -> dict[str, Any]:
        """Return how it is deployed, as the action takes it."""
        said = self.cleaned_data
        return {
            "stages": said["stages"], "at": said["at"], "note": said["note"], "stand_seconds": said["stand_seconds"],
            "patience_seconds": said["patience"] * 60,
        }  # fmt: skip


def _versions(dashboard: Dashboard) -> list[tuple[str, str]]:
    found = []
    if dashboard.has_changes and dashboard.draft["widgets"]:
        found.append((DRAFT, "The draft as it is now"))
    for each in stage.versions(dashboard)[:SHOWN_VERSIONS]:
        said = "published now" if each.pk == dashboard.published_id else each.note
        found.append((str(each.pk), f"Version {each.number}" + (f", {said}" if said else "")))
    return found
