import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import Login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from operant.platform import messaging, reading, tenancy

from . import floods, guests, hooks, identities, origins, queries
from .actions import ending, signing_in, signing_up
from .notices import origin
from .origins import client_ip
from .reauthentication import is_recent
from .sessions import SIGN_IN

MAIL_CODE, SECOND_FACTOR = "operant.panel.accounts.stages.MailCode", "operant.panel.accounts.stages.SecondFactor"
# allauth's stages by ours.
STAGES = {"allauth.account.stages.LoginByCodeStage": MAIL_CODE, "allauth.mfa.stages.AuthenticateStage": SECOND_FACTOR}
# allauth's mails by our template and its category. The rest are notices of a change to the account.
MAILS = {
    "email_confirmation": ("verification_code", "sign_in"),
    "email_confirmation_signup": ("verification_code", "sign_in"),
    "login_code": ("sign_in_code", "sign_in"),
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
        if name == "password_reset_code":
            queries.ask_once_more(email)
        plain = {key: context[key] for key in ("code", "timestamp") if key in context}
        plain |= origin() if "ip" in context else {}
        with timezone.override(reading.reader(context.get("user")).zone):
            messaging.send_mail(
                to=email, template=template, category=category, context={**plain, "email": email, "change": name},
                person_id=getattr(context.get("user"), "pk", None),
            )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP == "open" or (settings.SIGN_UP == "invited" and guests.is_invited(request))

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        try:
            made = super().save_user(request, user, form, commit)
        except IntegrityError:
            # The same form was sent twice at once; the first of them has sent the code.
            raise ImmediateHttpResponse(redirect("account_email_verification_sent")) from None
        if judged := getattr(form, "sign_up", None):
            signing_up.attach(sign_up=judged, person=made)
        return made

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        origin, factor, begun = origins.of(request), hooks.factor(request, user), getattr(request, "begun", None)
        made = signing_in.succeed(person=user, origin=origin, factor=factor, begun_id=begun)
        request.session[SIGN_IN] = str(made.pk)

    def logout(self, request: HttpRequest) -> None:
        person, sign_in = request.user, request.session.get(SIGN_IN)
        super().logout(request)
        ending.sign_out(person=person, sign_in_id=sign_in)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        hooks.failed(request, str(credentials.get("email", "")))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        hooks.switched_off(request, user)
        return super().respond_user_inactive(request, user)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Whoever guesses at an account from elsewhere must not keep its owner out of where they always sign in.
        address, network = str(credentials.get("email", "")).lower(), origins.network_of(client_ip(request))
        return f"{address}:{network}" if queries.is_known_from(address, network) else address

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        request.is_vouched_for = identities.vouches(request, user)  # type: ignore[attr-defined]
        return super().pre_login(request, user, **kwargs)

    def get_login_stages(self) -> list[str]:
        skipped = {SECOND_FACTOR} if getattr(self.request, "is_vouched_for", False) else set()
        stages = [STAGES.get(each, each) for each in super().get_login_stages()]
        return [each for each in stages if each not in skipped]

    def is_login_by_code_required(self, login: Login) -> bool:
        return floods.asks_for_code(self.request, login.user, shown=hooks.factor(self.request, login.user))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    @tenancy.reception()
    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        if user.is_authenticated and queries.has_factor(user.pk):
            # Who has a second factor shows it: a password alone is what they wanted to be protected from.
            return [{"id": "mfa_reauthenticate", "description": "Second factor", "url": reverse("mfa_reauthenticate")}]
        methods = super().get_reauthentication_methods(user)
        if methods or not user.is_authenticated or settings.OIDC is None:
            return methods
        return [{"id": "oidc", "description": settings.OIDC.name, "url": reverse("oidc_again")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return context.request is None or not is_recent(context.request)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)
