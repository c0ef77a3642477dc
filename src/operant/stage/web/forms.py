from datetime import datetime

from django import forms

from operant.platform import clock

from .. import planning
from ..models import Source
from ..naming import LONGEST, LONGEST_FOLDER

NOTHING = "none"


class NameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=LONGEST)


class FilingForm(forms.Form):
    """Where a dashboard is found: its folder, and its tags between commas."""

    folder = forms.CharField(label="Folder", max_length=LONGEST_FOLDER, required=False,
                             help_text="A new name makes a new folder. Without one, it stands in none.")  # fmt: skip
    tags = forms.CharField(label="Tags", max_length=500, required=False, help_text="Separated by commas, like: sales, weekly.")

    def words(self) -> list[str]:
        """Return the tags one by one."""
        return self.cleaned_data["tags"].split(",")


class NewDashboardForm(forms.Form):
    name = forms.CharField(label="Name", max_length=LONGEST)
    source = forms.ChoiceField(label="Start from")

    def __init__(self, *args, sources: list[Source], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._sources = {each.public_id: each for each in sources}
        known = [(key, each.name) for key, each in self._sources.items()]
        self.fields["source"].choices = [*known, (NOTHING, "An empty dashboard")]

    def chosen(self) -> Source | None:
        """Return the source to start from, or None for an empty dashboard."""
        return self._sources.get(self.cleaned_data["source"])


class PlanForm(forms.Form):
    """When to publish a draft, as the clocks of the organization show it."""

    revision = forms.IntegerField(min_value=1, max_value=2_147_483_647, widget=forms.HiddenInput)
    at = forms.CharField(label="Publish at", max_length=40, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    note = forms.CharField(label="Note", max_length=500, required=False, help_text="For the list of versions.")

    def __init__(self, *args, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._zone = zone
        self.fields["at"].help_text = f"In the time of {zone}, as the organization's settings say."

    def clean_at(self) -> datetime:
        try:
            at = planning.moment(self.cleaned_data["at"], self._zone)
            reason = planning.refusal(at, clock.now())
        except ValueError as wrong:
            reason = str(wrong)
        if reason:
            raise forms.ValidationError(reason)
        return at


class FileForm(forms.Form):
    file = forms.FileField(
        label="File", error_messages={"required": "Choose a file first.", "empty": "The file is empty."}
    )
