"""
The way to the identity provider and back (OpenID Connect): allauth's, with what it leaves unchecked checked here.

allauth believes whatever issuer the provider's own description names, sends no nonce, lets the address of a request
change what the provider is asked for, and checks no signature of a token that it fetched itself. The tests in
tests/test_oidc.py pin what this relies on.
"""

import hashlib
import secrets
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from requests import RequestException

# Only what has a public key: with the others whoever knows the client's secret could write tokens.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LEEWAY_SECONDS = 30
LOCAL = {"127.0.0.1", "localhost"}
FAILURES = (OAuth2Error, RequestException, KeyError, TypeError, ValueError)
"""What can go wrong between here and the provider."""


class Distrusted(OAuth2Error):
    """The provider's answer cannot be believed; the message says why, and holds nothing of the answer."""


def app() -> SocialApp:
    """
    Return the provider that is set, as allauth wants it.

    :raises SocialApp.DoesNotExist: when none is set.
    """
    if settings.OIDC is None:
        raise SocialApp.DoesNotExist
    # Whom an identity belongs to hangs on its issuer: another one must not find the people of the first.
    issuer = hashlib.sha256(settings.OIDC.issuer.encode()).hexdigest()[:16]
    return SocialApp(
        provider="openid_connect", provider_id=f"oidc-{issuer}", name=settings.OIDC.name,
        client_id=settings.OIDC.client_id, secret=settings.OIDC.client_secret,
        settings={"server_url": settings.OIDC.issuer.rstrip("/")},
    )


class Exchange(OpenIDConnectOAuth2Adapter):
    """What is asked of the provider and what it answers."""

    nonce = ""

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        described = _asked(self.get_provider().server_url)
        _check_description(described)
        return described

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.PUBLIC_URL + reverse("oidc_callback")

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        claims = self._claims(app, kwargs["response"].get("id_token", ""))
        if "email" not in claims:
            more = _asked(self.profile_url, {"Authorization": f"Bearer {token.token}"})
            if more.get("sub") != claims["sub"]:
                raise Distrusted("what it tells of the person is of another one")
            claims = {**more, **claims}
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims  # type: ignore[attr-defined]
        return login

    def _claims(self, app: SocialApp, token: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(
                token, self._key(token), algorithms=ALGORITHMS, audience=app.client_id, issuer=settings.OIDC.issuer,
                leeway=LEEWAY_SECONDS, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise Distrusted(f"its token is no good: {type(error).__name__}") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise Distrusted("its token is for somebody else")
        if not secrets.compare_digest(str(claims.get("nonce", "")), self.nonce) or not self.nonce:
            raise Distrusted("its token is not for this sign-in")
        return claims

    def _key(self, token: str) -> jwt.PyJWK:
        wanted = jwt.get_unverified_header(token).get("kid")
        published = jwt.PyJWKSet.from_dict(_asked(self.openid_config["jwks_uri"]))
        keys = [each for each in published.keys if each.public_key_use in {None, "sig"}]
        fitting = [each for each in keys if wanted is None or each.key_id == wanted]
        if len(fitting) != 1:
            raise Distrusted("no key of it fits its token")
        return fitting[0]


class Provider(OpenIDConnectProvider):
    """The identity provider as allauth's flows see it."""

    oauth2_adapter_class = Exchange
    pkce_enabled_default = True

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        return self.get_auth_params()

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(32)
        asked = {"nonce": nonce, **kwargs.pop("auth_params", {})}
        return super().redirect(request, process, next_url, data, auth_params=asked, nonce=nonce, **kwargs)

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        # What a person recognizes their identity by, and nothing else of what a provider tells.
        return {"email": str(data.get("email", ""))[:254]}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        if not data.get("email"):
            return []
        return [EmailAddress(email=str(data["email"]).lower(), verified=_is_confirmed(data), primary=True)]

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"email": str(data.get("email", "")).lower(), "name": str(data.get("name", ""))}


class Return(OAuth2CallbackView):
    """allauth's view of who comes back, which hands on the nonce that this sign-in was begun with."""

    def _get_state(self, request: HttpRequest, provider: Provider) -> tuple[dict | None, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")  # type: ignore[attr-defined]
        return state, response


def _asked(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    with get_adapter().get_requests_session() as session:
        answer = session.get(address, headers=headers)
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise Distrusted("its answer is of another shape than any of OpenID Connect")
    return told


def _is_confirmed(claims: dict[str, Any]) -> bool:
    # Some write it as text; some know only confirmed addresses and say nothing, which counts if they are trusted.
    said = claims.get("email_verified")
    return said in {True, "true"} or (said is None and settings.OIDC.is_trusted)


def _check_description(described: dict[str, Any]) -> None:
    if described.get("issuer") != settings.OIDC.issuer:
        raise Distrusted("it calls itself differently than OPERANT_OIDC_ISSUER does")
    for name in ENDPOINTS:
        place = urlsplit(str(described[name]))
        if place.scheme != "https" and not (place.scheme == "http" and place.hostname in LOCAL):
            raise Distrusted(f"its {name} is not https")
