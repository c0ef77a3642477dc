from django import forms

from ..models import Source
from ..naming import LONGEST

NOTHING = "none"


class NameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=LONGEST)


class NewDashboardForm(forms.Form):
    name = forms.CharField(label="Name", max_length=LONGEST)
    source = forms.ChoiceField(
        label="Start from",
        help_text="A first dashboard is proposed from the data's own columns. You can change everything.",
    )  # fmt: skip

    def __init__(self, *args, sources: list[Source], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._sources = {each.public_id: each for each in sources}
        known = [(key, each.name) for key, each in self._sources.items()]
        self.fields["source"].choices = [*known, (NOTHING, "An empty dashboard")]
        if known:
            self.fields["source"].initial = known[0][0]

    def chosen(self) -> Source | None:
        """Return the source to start from, or None for an empty dashboard."""
        return self._sources.get(self.cleaned_data["source"])


class FileForm(forms.Form):
    file = forms.FileField(
        label="File", error_messages={"required": "Choose a file first.", "empty": "The file is empty."}
    )
