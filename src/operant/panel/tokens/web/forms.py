from datetime import datetime, timedelta

from django import forms
from django.db.models import QuerySet

from operant.panel.organizations.models import ServiceAccount
from operant.platform import clock
from operant.platform.api.scopes import known

LASTING = [("90", "90 days"), ("30", "30 days"), ("365", "One year"), ("ever", "Until it is revoked")]


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What will use it, for example “Nightly upload”.")
    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, help_text="What it may do. Give no more than it needs.",
        error_messages={"required": "Choose at least one."},
    )  # fmt: skip
    service = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="Me, until I leave", label="It acts for",
        help_text="A service account stays when people leave.",
    )  # fmt: skip
    lasting = forms.ChoiceField(choices=LASTING, label="It works for")

    def __init__(self, *args, services: QuerySet[ServiceAccount], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services
        self.fields["service"].label_from_instance = lambda account: f"{account.name} ({account.role})"
        self.fields["scopes"].choices = [(scope.name, f"{scope.name}: {scope.meaning}") for scope in known()]

    @property
    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["lasting"]
        return clock.now() + timedelta(days=int(days)) if days.isdigit() else None
