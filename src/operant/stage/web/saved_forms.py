from typing import Any

from django import forms

from ..actions.saved import LONGEST_DESCRIPTION
from ..document.values import LONGEST_SQL
from ..models import Source
from ..naming import LONGEST

REFRESHES = [
    (60, "Every minute"), (300, "Every 5 minutes"), (900, "Every 15 minutes"), (3_600, "Every hour"), (86_400, "Every day"),
]  # fmt: skip


class SavedQueryForm(forms.Form):
    """A new saved query: parameters, steps and units come later, where it is edited."""

    name = forms.CharField(label="Name", max_length=LONGEST, help_text="What people look for: “Revenue by region”.")
    description = forms.CharField(
        label="Description", max_length=LONGEST_DESCRIPTION, required=False, help_text="What it counts, and what it leaves out."
    )
    source = forms.ChoiceField(label="Source")
    sql = forms.CharField(
        label="SQL", max_length=LONGEST_SQL, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "font-mono"})
    )
    refresh_seconds = forms.TypedChoiceField(label="Refreshed", choices=REFRESHES, coerce=int, initial=300)

    def __init__(self, *args: Any, sources: list[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(each.public_id, each.name) for each in sources]

    def query(self) -> dict[str, Any]:
        """Return what the form says, as documents have a query."""
        return {name: self.cleaned_data[name] for name in ("name", "source", "sql", "refresh_seconds")}


class DescriptionForm(forms.Form):
    description = forms.CharField(
        label="Description", max_length=LONGEST_DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
