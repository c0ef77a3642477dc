from datetime import time
from typing import Any

from django import forms

from ..models import Rhythm

DAILY, AT_ONCE = "daily", "at_once"


class _TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class RhythmForm(forms.Form):
    often = forms.ChoiceField(
        choices=[(AT_ONCE, "Soon after it happened"), (DAILY, "Once a day, in one mail")], widget=forms.RadioSelect,
        label="Mails come",
    )  # fmt: skip
    daily_at = forms.TimeField(label="The daily mail comes at", widget=_TimeInput)
    quiet_from = forms.TimeField(label="Quiet from", widget=_TimeInput, required=False)
    quiet_until = forms.TimeField(
        label="Quiet until", widget=_TimeInput, required=False,
        help_text="Mails wait until then. What keeps your account safe comes all the same.",
    )  # fmt: skip

    @classmethod
    def of(cls, rhythm: Rhythm) -> "RhythmForm":
        values = {name: getattr(rhythm, name) for name in ("daily_at", "quiet_from", "quiet_until")}
        return cls(initial={**values, "often": DAILY if rhythm.is_daily else AT_ONCE})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begin, end = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if (begin is None) != (end is None):
            self.add_error("quiet_until" if end is None else "quiet_from", "Quiet hours need both, or neither.")
        elif begin is not None and begin == end:
            self.add_error("quiet_until", "Quiet hours need an end that differs from their beginning.")
        return cleaned

    @property
    def rhythm(self) -> dict[str, Any]:
        given = self.cleaned_data
        quiet: tuple[time, time] | None = None
        if given["quiet_from"] is not None:
            quiet = (given["quiet_from"], given["quiet_until"])
        return {"is_daily": given["often"] == DAILY, "daily_at": given["daily_at"], "quiet": quiet}
