from datetime import datetime, timedelta

from django import forms

from operant.platform import clock
from operant.platform.api.scopes import known

LASTING = [("90", "90 days"), ("30", "30 days"), ("365", "One year"), ("ever", "Until it is revoked")]


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What will use it, for example “Nightly upload”.")
    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, help_text="What it may do. Give no more than it needs.",
        error_messages={"required": "Choose at least one."},
    )  # fmt: skip
    lasting = forms.ChoiceField(choices=LASTING, label="It works for")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope.name, f"{scope.name}: {scope.meaning}") for scope in known()]

    @property
    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["lasting"]
        return clock.now() + timedelta(days=int(days)) if days.isdigit() else None
