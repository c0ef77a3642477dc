from datetime import time
from typing import Any

from django import forms

from operant.platform.refusals import Invalid

from ..document.values import LONGEST_SQL
from ..models import Extract, Source
from ..naming import LONGEST
from ..schedules import Schedule

DAILY = 0
_USUAL = (5, 15, 30, 60, 120, 360, 720)
_MORNING = time(6)


class ExtractForm(forms.Form):
    """What is kept of a database, and how often it is asked for."""

    # The time of day is needed or not, as the interval says; a browser does not know.
    use_required_attribute = False
    name = forms.CharField(label="Name", max_length=LONGEST, help_text="What people call it, for example “Sales by day”.")
    origin = forms.ChoiceField(label="Database", help_text="It is asked once for each time of the schedule, however many watch.")
    sql = forms.CharField(
        label="Query", max_length=LONGEST_SQL, strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocapitalize": "off", "class": "font-mono"}),
        help_text="One SELECT in the SQL of the database: at most a million rows, within five minutes.",
    )  # fmt: skip
    often = forms.TypedChoiceField(label="Refresh it", coerce=int, initial=60)
    at = forms.TimeField(
        label="At", initial=_MORNING, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Say at what time of the day."},
    )  # fmt: skip

    def __init__(
        self, *args: Any, origins: list[Source], zone: str, kept: Extract | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = kwargs.get("initial", {}) | (_initial(kept) if kept else {})
        super().__init__(*args, **kwargs)
        self.fields["origin"].choices = [(each.public_id, each.name) for each in origins]
        self.fields["at"].required = self.data.get("often", str(DAILY)) == str(DAILY)
        self.fields["at"].help_text = f"By the clock of your organization: {zone}."
        self.fields["often"].choices = _often(kept.every_minutes if kept else None, zone)
        if kept:
            del self.fields["name"], self.fields["origin"]

    def clean(self) -> None:
        if "often" in self.cleaned_data and "at" in self.cleaned_data:
            try:
                self.schedule().check()
            except Invalid as wrong:
                self.add_error("often", wrong.sentence)

    def schedule(self) -> Schedule:
        """Return how often it is to be refreshed."""
        often, at = self.cleaned_data["often"], self.cleaned_data["at"]
        return Schedule(daily_at=at.replace(second=0)) if often == DAILY else Schedule(every_minutes=often)


def _initial(kept: Extract) -> dict[str, Any]:
    return {"sql": kept.sql, "often": kept.every_minutes or DAILY, "at": kept.daily_at or _MORNING}


def _often(kept: int | None, zone: str) -> list[tuple[int, str]]:
    # A program may have said another one.
    intervals = sorted({*_USUAL, *([kept] if kept else [])})
    return [*((each, Schedule(each).words(zone).capitalize()) for each in intervals), (DAILY, "Daily at a time")]
