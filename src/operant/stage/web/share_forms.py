from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from operant.platform import clock
from operant.platform.refusals import Invalid

from ..actions.sharing import LONGEST_PASSWORD, SHORTEST_PASSWORD
from ..models import Share
from ..naming import LONGEST
from ..sharing import origins
from ..variable_forms import initial_settings, refused_settings, said_settings, setting_fields
from ..variables import Variable

LASTING = [
    ("30", "30 days"), ("1", "One day"), ("7", "7 days"), ("90", "90 days"), ("365", "One year"),
    ("ever", "Until it is revoked"),
]  # fmt: skip
KEEP = "keep"


class ShareForm(forms.Form):
    """For whom a link is, and how far it opens."""

    name = forms.CharField(label="Name", max_length=LONGEST, help_text="Whom it is for: “Board”, “Intranet”.")
    lasting = forms.ChoiceField(label="It works for", choices=LASTING)
    password = forms.CharField(
        label="Password", required=False, strip=False, min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=f"At least {SHORTEST_PASSWORD} characters. Tell it on another way than the address.",
    )  # fmt: skip
    origins = forms.CharField(
        label="Pages that may embed it", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One origin a line, like https://intranet.example.com. Without any it opens by itself only.",
    )  # fmt: skip

    def __init__(self, *args: Any, variables: Iterable[Variable] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.variables = list(variables)
        self.fields |= setting_fields(self.variables)
        if choosing := [(each.name, each.title) for each in self.variables if each.choices is not None]:
            self.fields["opened"] = forms.MultipleChoiceField(
                label="Whoever has the link may choose", required=False, choices=choosing, widget=forms.CheckboxSelectMultiple
            )

    def clean(self) -> None:
        for name, refused in refused_settings(self.variables, self.cleaned_data).items():
            self.add_error(name, refused)

    @classmethod
    def of(cls, share: Share, data: Any, variables: Iterable[Variable], zone: str) -> "ShareForm":
        """Return the form that changes a link: what is left as it is stays, the password too."""
        variables = list(variables)
        initial = {
            "name": share.name, "lasting": KEEP, "origins": "\n".join(share.origins), "opened": share.open_variables,
            **initial_settings(variables, share.values),
        }  # fmt: skip
        form = cls(data, variables=variables, initial=initial)
        until = share.expires_at and f"{share.expires_at.astimezone(ZoneInfo(zone)):%-d %B %Y, %H:%M}"
        now = (KEEP, f"As now, until {until or 'it is revoked'}")
        form.fields["lasting"].choices = [now, *((key, _from_now(key, words)) for key, words in LASTING)]
        form.fields["password"].label = "Another password" if share.password else "Password"
        if share.password:
            form.fields["password"].help_text = "Left empty, the one it has stays. Another one is asked of everybody again."
            form.fields["no_password"] = forms.BooleanField(label="Ask for no password any more", required=False)
            form.order_fields(["name", "lasting", "password", "no_password"])
        return form

    def changes(self) -> dict[str, Any]:
        """Return what is to be another, as the action takes it."""
        found = self.said()
        if self.cleaned_data["lasting"] == KEEP:
            del found["expires_at"]
        if self.cleaned_data.get("no_password"):
            found["password"] = ""
        elif not found["password"]:
            del found["password"]
        if not self.variables:
            del found["values"], found["open_variables"]
        return found

    def clean_origins(self) -> list[str]:
        try:
            return origins.checked(self.cleaned_data["origins"].splitlines())
        except Invalid as refused:
            raise forms.ValidationError(refused.sentence) from None

    def said(self) -> dict[str, Any]:
        """Return what the form says, as the action takes it."""
        found = self.cleaned_data
        days = found["lasting"]
        return {
            "name": found["name"], "password": found["password"], "origins": found["origins"],
            "expires_at": clock.now() + timedelta(days=int(days)) if days.isdigit() else None,
            "values": said_settings(found), "open_variables": found.get("opened", []),
        }  # fmt: skip


def _from_now(key: str, words: str) -> str:
    return f"{words} from now" if key.isdigit() else words
