from typing import Any

from django import forms
from django.http import HttpRequest

from operant.panel.accounts.actions import signing_up
from operant.panel.accounts.fields import NameField
from operant.platform.refusals import Invalid

from .. import actions, guests, naming


class SignUpForm(forms.Form):
    """What sign-up asks beside mail address and password. Who was invited founds nothing."""

    name = NameField(label="Your name")
    organization = forms.CharField(
        max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    field_order = ["name", "email", "organization", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from allauth.core import context

        if context.request is not None and guests.is_invited(context.request):
            del self.fields["organization"]
            self.fields["email"].initial = guests.offered(context.request).email

    def clean_organization(self) -> str:
        try:
            return naming.of_organization(self.cleaned_data["organization"])
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        from allauth.core import context

        offered = guests.offered(context.request)
        if offered and cleaned.get("email", offered.email).lower() != offered.email.lower():
            self.add_error("email", f"The invitation was sent to {offered.email}. Sign up with that address.")
        return cleaned

    def signup(self, request: HttpRequest, user: Any) -> None:
        # Global Privacy Control: a browser's standing wish.
        opts_out = request.headers.get("Sec-GPC") == "1"
        signing_up.complete(person=user, name=self.cleaned_data["name"], opts_out=opts_out)
        if not guests.is_invited(request):
            actions.found(name=self.cleaned_data["organization"], owner=user)
