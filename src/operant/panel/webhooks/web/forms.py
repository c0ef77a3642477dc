from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from operant.platform import clock

from .. import addresses, payloads
from ..actions import KEPT_FOR
from ..models import Endpoint

ALL, SOME = "all", "some"
HEARING = [(ALL, "All events, also those that are added later"), (SOME, "Only those chosen here")]


class EndpointForm(forms.Form):
    address = forms.CharField(
        max_length=addresses.LONGEST, help_text=f"Where events are posted to, for example {addresses.EXAMPLE}.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )  # fmt: skip
    description = forms.CharField(max_length=200, required=False, help_text="What receives there.")
    hearing = forms.ChoiceField(choices=HEARING, widget=forms.RadioSelect, initial=ALL, label="It is told of")
    events = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False, label="Events")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [
            (event.NAME, f"{event.NAME}: {payloads.meaning(event)}") for event in payloads.public_events()
        ]

    @classmethod
    def of(cls, endpoint: Endpoint, given: Any = None) -> "EndpointForm":
        hearing = SOME if endpoint.event_types else ALL
        return cls(
            given,
            initial={
                "address": endpoint.address, "description": endpoint.description, "hearing": hearing,
                "events": endpoint.event_types,
            },
        )  # fmt: skip

    def clean_address(self) -> str:
        if sentence := addresses.sentence_against(self.cleaned_data["address"]):
            raise forms.ValidationError(sentence)
        return self.cleaned_data["address"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("hearing") == SOME and not given.get("events") and "events" not in self.errors:
            self.add_error("events", "Choose at least one, or all events.")
        return given

    @property
    def given(self) -> dict[str, Any]:
        """What the form says, as the actions take it."""
        given = self.cleaned_data
        events = given["events"] if given["hearing"] == SOME else []
        return {"address": given["address"], "description": given["description"], "event_types": events}


class ReplayForm(forms.Form):
    since = forms.DateField(
        label="What happened since", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Everything that was given up from the beginning of this day on.",
    )  # fmt: skip

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        self._zone = ZoneInfo(zone)
        today = clock.now().astimezone(self._zone).date()
        super().__init__(*args, initial={"since": today - timedelta(days=3)}, **kwargs)
        first = (today - KEPT_FOR).isoformat()
        self.fields["since"].widget.attrs |= {"min": first, "max": today.isoformat()}

    @property
    def instant(self) -> datetime:
        return datetime.combine(self.cleaned_data["since"], time(), self._zone)
