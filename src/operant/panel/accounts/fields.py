"""Form fields that more than one room asks with."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from operant.platform.refusals import Invalid

from . import naming


class NameField(forms.CharField):
    """What a person is called."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "name"})
        super().__init__(**{"max_length": naming.LONGEST, "widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        try:
            return naming.of_person(super().clean(value))
        except Invalid as refusal:
            raise ValidationError(refusal.sentence) from None
