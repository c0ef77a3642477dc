"""Who comes from the identity provider: a person we know, somebody new, or somebody to whom we offer to connect the two."""

import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from requests import RequestException

from operant.platform import clock, tenancy
from operant.platform.refusals import Refusal
from operant.platform.ui import toasts

from . import naming, oidc, origins, queries
from .actions import identities as actions
from .actions import signing_in
from .models import Person, SignIn
from .reauthentication import RECENT_FOR

AGAIN = "again"
"""The process of somebody who is signed in and proves it once more."""
OFFER = "identity_offer"
OFFERED_FOR_SECONDS = 600
CLOCKS_DIFFER = 60
"""By how many seconds the provider's clock may be ahead of ours."""
log = logging.getLogger("operant.accounts")


class IdentityAdapter(DefaultSocialAccountAdapter):
    """allauth's doors into this house for those who come from the identity provider that the settings name."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[SocialApp]:
        return [oidc.app()] if settings.OIDC else []

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> oidc.Provider:
        return oidc.Provider(request, app=oidc.app())

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        _check_address(request, sociallogin)
        process = sociallogin.state.get("process")
        if process == AGAIN:
            raise ImmediateHttpResponse(_proved(request, sociallogin))
        if process == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(_connected(request, sociallogin))
        if not sociallogin.is_existing and (owner := queries.by_mail(_email(sociallogin))):
            _meet(request, sociallogin, owner)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        raise ImmediateHttpResponse(failed(request, error, exception, has_state="state" in (extra_context or {})))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Person:
        person = sociallogin.user
        person.email, person.name = data.get("email") or "", naming.plain(data.get("name") or "")[: naming.LONGEST]
        return person

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, str]:
        return {"email": _email(sociallogin), "name": sociallogin.user.name}

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Person:
        person = sociallogin.user
        person.name = form.cleaned_data["name"]
        actions.begin_with(
            person=person, name=settings.OIDC.name,
            save=lambda: super(IdentityAdapter, self).save_user(request, sociallogin, form),
        )
        return person


def failed(request: HttpRequest, error: Any, exception: Any, *, has_state: bool) -> HttpResponse:
    """Return the page that says why nobody was signed in."""
    name = settings.OIDC.name
    if exception is not None:
        log.warning("Sign-in with %s failed: %s", name, _reason(exception))
    if error == AuthError.CANCELLED:
        return _page(request, 403, f"You were not signed in at {name}, so you are not signed in here.")
    if isinstance(exception, RequestException):
        return _page(request, 502, f"{name} does not answer. Try again in a minute.")
    if exception is not None:
        return _page(request, 502, f"{name} answered with something that cannot be believed. The logs say what.")
    if has_state:
        return _page(request, 403, f"{name} refused the sign-in. Begin again, or ask whoever looks after your accounts there.")
    return _page(request, 400, "This sign-in was begun in another browser, was used already, or is over ten minutes old.")


def vouches(request: HttpRequest, person: Person) -> bool:
    """Return whether whoever signs in came from a provider that asks for the second factor in our place."""
    if settings.OIDC is None or not settings.OIDC.asks_second_factor:
        return False
    records = get_authentication_records(request, person)
    return any(each["method"] == "socialaccount" and each.get("provider") == oidc.app().provider_id for each in records)


@tenancy.reception()
def vouched(people: Iterable[UUID]) -> set[UUID]:
    """Return which of these people have an account at a provider that asks for the second factor in our place."""
    if settings.OIDC is None or not settings.OIDC.asks_second_factor:
        return set()
    there = SocialAccount.objects.filter(provider=oidc.app().provider_id, user__in=list(people))
    return set(there.values_list("user_id", flat=True))


def offer(request: HttpRequest) -> dict[str, str] | None:
    """Return the account elsewhere that may be connected to whoever is signed in: it has the same address."""
    offered = request.session.get(OFFER)
    if not offered or clock.now().timestamp() - offered["at"] > OFFERED_FOR_SECONDS:
        return None
    # Somebody else's, left behind in this browser, would let them in.
    return offered["identity"] if offered["identity"]["email"] == request.user.email else None


def _check_address(request: HttpRequest, login: SocialLogin) -> None:
    address = next(iter(login.email_addresses), None)
    name, domains = settings.OIDC.name, settings.OIDC.domains
    if address is None or not address.verified:
        raise _refused(request, login, f"{name} has not confirmed your mail address. Have it confirmed there first.")
    if domains and address.email.rpartition("@")[2].lower() not in domains:
        raise _refused(request, login, f"People with an address like {address.email} cannot sign in here with {name}.")


def _meet(request: HttpRequest, login: SocialLogin, owner: Person) -> None:
    # With a trusted provider the address is enough, but only an address that its owner has confirmed here as well:
    # somebody may have begun to sign up with another's, and would know the password of what that one gets into.
    if settings.OIDC.is_trusted and queries.has_confirmed(owner):
        login.account = _connect(login, owner)
        login.user = owner
        return
    request.session[OFFER] = {"identity": _identity(login), "at": clock.now().timestamp()}
    there = settings.OIDC.name
    toasts.done(request, f"There is an account here with the address {owner.email}. Sign in to it, then connect it with {there}.")
    raise ImmediateHttpResponse(redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('identity_offer')})}"))


def _connected(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("account_login")
    if login.is_existing and login.user == request.user:
        toasts.done(request, "That account is connected already.")
        return redirect("identities")
    try:
        _connect(login, request.user)
    except Refusal as refusal:
        toasts.failed(request, refusal.sentence)
    else:
        toasts.done(request, f"From now on you can sign in with {settings.OIDC.name}.")
    return redirect("identities")


def _proved(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    name, signed_in_at = settings.OIDC.name, login.claims.get("auth_time")  # type: ignore[attr-defined]
    if signed_in_at is None:
        # It was asked for with `max_age`, which whoever sits at the browser can take out of the address.
        log.warning("%s did not say when somebody signed in there: its token has no auth_time", name)
        return _unproved(request, f"{name} did not say when you signed in there. Whoever runs this installation can change that.")
    is_recent = -CLOCKS_DIFFER <= clock.now().timestamp() - float(signed_in_at) <= RECENT_FOR.total_seconds()
    if not login.is_existing or login.user != request.user or not is_recent:
        return _unproved(request, f"{name} did not ask you to sign in again, or you did so as somebody else.")
    record_authentication(
        request, request.user, "socialaccount", provider=login.account.provider, uid=login.account.uid, reauthenticated=True
    )
    return redirect(f"{reverse('oidc_again')}?{urlencode({'next': login.state.get('next') or '/'})}")


def _unproved(request: HttpRequest, sentence: str) -> HttpResponse:
    if request.user.is_authenticated:
        _write_down(request, request.user, SignIn.Result.NOT_CONFIRMED)
    return _page(request, 403, sentence)


def _connect(login: SocialLogin, person: Person) -> SocialAccount:
    return actions.connect(person=person, name=settings.OIDC.name, **_identity(login))


def _identity(login: SocialLogin) -> dict[str, str]:
    return {"provider": login.account.provider, "uid": login.account.uid, "email": _email(login)}


def _email(login: SocialLogin) -> str:
    return login.email_addresses[0].email


def _refused(request: HttpRequest, login: SocialLogin, sentence: str) -> ImmediateHttpResponse:
    if login.is_existing:
        _write_down(request, login.user, SignIn.Result.WRONG_ADDRESS)
    return ImmediateHttpResponse(_page(request, 403, sentence))


def _write_down(request: HttpRequest, person: Person, result: SignIn.Result) -> None:
    signing_in.refuse(person=person, origin=origins.of(request), result=result, factor="oidc")


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    return render(request, "accounts/oidc_failed.html", {"sentence": sentence}, status=status)


def _reason(exception: Exception) -> str:
    # Others may quote the provider's answer, in which people stand.
    return str(exception) if isinstance(exception, oidc.Distrusted) else type(exception).__name__
