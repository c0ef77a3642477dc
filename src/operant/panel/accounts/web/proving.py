"""A second factor being shown: a code of the app, a backup code or a passkey, at sign-in and whenever it is asked again."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from operant.platform.refusals import Invalid, Refusal, TooMany

from ..actions import factors
from ..models import Person
from . import passkeys


class ProofForm(forms.Form):
    """One field for both kinds of codes; a passkey comes in a field of its own, and leaves this one empty."""

    code = forms.CharField(
        max_length=40, label="Code", widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"})
    )

    def __init__(self, request: HttpRequest, person: Person, *, again: bool = False) -> None:
        is_passkey = "credential" in request.POST
        super().__init__(request.POST if request.method == "POST" else None)
        self.request, self.person, self.again = request, person, again
        if is_passkey:
            self.fields["code"].required = False

    def clean(self) -> None:
        if self.errors:
            return
        try:
            prove(self.request, self.person, again=self.again)
        except Refusal as refusal:
            self.add_error(None if "credential" in self.request.POST else "code", refusal.sentence)


def prove(request: HttpRequest, person: Person, *, again: bool = False) -> None:
    """
    Accept the second factor that a request shows, and note it in the session; `again` when they are signed in already.

    :raises TooMany: after five wrong ones within five minutes, whichever process they came to.
    :raises Invalid: when it is wrong or was used.
    """
    forget = _counted(person)
    try:
        kind = _accepted(request, person)
    except Invalid:
        signals.authentication_failed.send(
            sender=Authenticator, request=request, user=person, authenticator=None, reauthentication=again
        )
        raise
    forget()
    record_authentication(request, person, "mfa", type=kind, reauthenticated=again or None)


def _accepted(request: HttpRequest, person: Person) -> str:
    if "credential" in request.POST:
        return passkeys.shown(request, person).type
    return factors.accept_code(person=person, code=request.POST.get("code", ""))


def _counted(person: Person):
    try:
        return check_rate_limit(person)
    except ValidationError:
        raise TooMany("Too many wrong codes. Wait five minutes, then try again.", retry_after=300) from None
