from typing import Any

from django import forms
from django.http import HttpRequest

from operant.panel.accounts import actions as accounts

from .. import actions, tokens

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

    def signup(self, request: HttpRequest, user: Any) -> None:
        accounts.change_profile(person=user, name=self.cleaned_data["name"], time_zone=user.time_zone)
        if not invited(request):
            actions.found(name=self.cleaned_data["organization"], owner=user)


def invited(request: HttpRequest) -> bool:
    """Return whether this browser came with an invitation."""
    return tokens.parse(request.session.get(INVITATION, "")) is not None
