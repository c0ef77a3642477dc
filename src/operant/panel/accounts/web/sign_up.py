from typing import Any

from allauth.account.forms import SignupForm
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest

from operant.panel.accounts import guests, origins
from operant.panel.accounts.actions import signing_up
from operant.panel.accounts.models import SignUp
from operant.platform.refusals import TooMany


class Judged:
    """A form of allauth's, with a record and a verdict of each that is filled in well, before anything is looked up or hashed."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self.sign_up = _judged(context.request, cleaned)
            if self.sign_up.verdict == SignUp.Verdict.TOO_MANY:
                raise TooMany(
                    "Many accounts were made from your network lately. Try again tomorrow, or ask somebody for an invitation.",
                    retry_after=3600,
                )
            if self.sign_up.verdict == SignUp.Verdict.DISPOSABLE:
                self.add_error("email", "Addresses of this kind belong to nobody for long. Use one that stays yours.")
        return cleaned


class JudgedForm(Judged, SignupForm):
    """Sign-up with a mail address and a password."""


def _judged(request: HttpRequest, cleaned: dict[str, Any]) -> SignUp:
    return signing_up.judge(
        address=cleaned["email"], origin=origins.of(request), is_invited=guests.is_invited(request),
        is_trapped=bool(cleaned.get(settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD)),
    )
