from typing import Any

from django import forms
from django.http import HttpRequest

from operant.panel.accounts import actions as accounts
from operant.platform.refusals import Gone, Invalid

from .. import actions, naming, queries, tokens

INVITATION = "invitation"


class SignUpForm(forms.Form):
    """What sign-up asks beside mail address and password. Who was invited founds nothing."""

    name = forms.CharField(max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    organization = forms.CharField(
        max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    field_order = ["name", "email", "organization", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from allauth.core import context

        if context.request is not None and invited(context.request):
            del self.fields["organization"]

    def clean_organization(self) -> str:
        try:
            return naming.of_organization(self.cleaned_data["organization"])
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        from allauth.core import context

        offered = _offered_to(context.request)
        if offered and cleaned.get("email", offered).lower() != offered.lower():
            self.add_error("email", f"The invitation was sent to {offered}. Sign up with that address.")
        return cleaned

    def signup(self, request: HttpRequest, user: Any) -> None:
        accounts.change_profile(person=user, name=self.cleaned_data["name"], time_zone=user.time_zone)
        if not invited(request):
            actions.found(name=self.cleaned_data["organization"], owner=user)


def _offered_to(request: HttpRequest | None) -> str:
    """Return the address that this browser's invitation was sent to, or nothing without one that is open."""
    if request is None or not invited(request):
        return ""
    try:
        return queries.invitation(request.session[INVITATION])[1].email
    except Gone:
        return ""


def invited(request: HttpRequest) -> bool:
    """Return whether this browser came with an invitation."""
    return tokens.parse(request.session.get(INVITATION, "")) is not None
