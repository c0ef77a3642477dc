import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from operant.platform import messaging
from operant.platform.observing import peers

# allauth's mails by our template and its category. The rest are notices of a change to the account.
MAILS = {
    "email_confirmation": ("verification_code", "sign_in"),
    "email_confirmation_signup": ("verification_code", "sign_in"),
    "password_reset_code": ("reset_code", "reset"),
    "account_already_exists": ("account_exists", "sign_in"),
    "unknown_account": ("account_unknown", "reset"),
}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's doors into this house: its mails leave through messaging, its sign-up follows the operator's policy."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        name = template_prefix.rsplit("/", 1)[-1]
        template, category = MAILS.get(name, ("account_changed", "security"))
        if name == "account_already_exists":
            # Somebody new has their password hashed: without that, the time of the answer would tell who has an account.
            make_password(secrets.token_hex())
        plain = {key: context[key] for key in ("code", "ip", "user_agent", "timestamp") if key in context}
        messaging.send_mail(
            to=email, template=template, category=category, context={**plain, "email": email, "change": name},
            person_id=getattr(context.get("user"), "pk", None),
        )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP == "open" or (settings.SIGN_UP == "invited" and "invitation" in request.session)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        try:
            return super().save_user(request, user, form, commit)
        except IntegrityError:
            # The same form was sent twice at once; the first of them has sent the code.
            raise ImmediateHttpResponse(redirect("account_email_verification_sent")) from None

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)


def client_ip(request: HttpRequest) -> str:
    """Return the address a request came from, trusting exactly as many proxies as the operator named."""
    forwarded, peer = request.META.get("HTTP_X_FORWARDED_FOR", ""), request.META.get("REMOTE_ADDR", "")
    return peers.client(forwarded, peer, trusted=settings.TRUSTED_PROXIES) or "0.0.0.0"
