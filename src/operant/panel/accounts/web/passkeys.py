"""Passkeys as browsers speak of them: what to sign, and what was signed."""

import json
import struct
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from allauth.account.stages import LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from operant.platform import clock
from operant.platform.refusals import Invalid

from ..actions import factors
from ..models import Person

T = TypeVar("T")
BEGUN = "accounts.passkey_begun"
VALID_FOR = timedelta(minutes=10)
# Several times what any device sends. Whoever sends it is nobody yet, and fido2 copies what is left for each value that it reads.
LONGEST = 20_000
REFUSED = "This passkey was not accepted. Try again, or use another way."
# What arrives is anybody's: allauth and fido2 fail in as many ways as it can be wrong.
WRONG = (
    ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, RecursionError, struct.error,
)  # fmt: skip


@require_POST
@login_required
def creation(request: HttpRequest) -> JsonResponse:
    return _begun(request, auth.begin_registration(request.user, True))


creation.auth = "person"


@require_POST
def challenge(request: HttpRequest) -> JsonResponse:
    """Whoever is signing in with a password, or is signed in, is asked for their own passkeys; others for any."""
    person = request.user if request.user.is_authenticated else pending(request)
    return _begun(request, auth.begin_authentication(person))


def pending(request: HttpRequest) -> Person | None:
    """Return who has shown their password in this session, and not yet their second factor."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    return stage.login.user if stage else None


def registered(request: HttpRequest) -> tuple[dict[str, Any], int]:
    """
    Return what a browser made for this session's challenge, and how far it has counted.

    :raises Invalid: when it is not that.
    """

    def made(credential: dict[str, Any]) -> tuple[str, tuple[dict[str, Any], int]]:
        response = auth.parse_registration_response(credential)
        found = auth.complete_registration(credential)
        return response.response.client_data.origin, (credential, found.counter)

    return _verified(request, made)


def shown(request: HttpRequest, person: Person | None = None) -> Authenticator:
    """
    Return the passkey that signed this session's challenge: one of `person`, or of whoever it says.

    :raises Invalid: when it is nobody's, was shown before, or signed something else.
    """

    def signed(credential: dict[str, Any]) -> tuple[str, tuple[Authenticator, int]]:
        response = auth.parse_authentication_response(credential).response
        # Security keys may say nobody where it is known who is asked; whom they do say has to be that person.
        named = auth.extract_user_from_response(credential) if response.user_handle or not person else person
        owner = person or named
        if named != owner:
            raise ValueError("It says that it is somebody else's.")
        found = auth.complete_authentication(owner, credential)
        return response.client_data.origin, (found, response.authenticator_data.counter)

    passkey, counter = _verified(request, signed)
    factors.accept_passkey(person=passkey.user, key=passkey.factor.pk, counter=counter)
    return passkey


def _begun(request: HttpRequest, options: dict[str, Any]) -> JsonResponse:
    request.session[BEGUN] = clock.now().timestamp()
    return JsonResponse(json.loads(json.dumps(options, default=dict)))


def _verified(request: HttpRequest, verify: Callable[[dict[str, Any]], tuple[str, T]]) -> T:
    try:
        _once(request)
        origin, found = verify(_sent(request))
    except WRONG as error:
        raise Invalid(REFUSED) from error
    finally:
        auth.clear_state()
    # fido2 takes any port and any subdomain for the origin; only this very page has asked.
    if origin != f"{request.scheme}://{request.get_host()}":
        raise Invalid(REFUSED)
    return found


def _sent(request: HttpRequest) -> Any:
    sent = request.POST.get("credential", "")
    if len(sent) > LONGEST:
        raise ValueError("No device sends so much.")
    return json.loads(sent)


def _once(request: HttpRequest) -> None:
    begun, state = request.session.pop(BEGUN, 0), auth.get_state() or {}
    is_new = cache.add(f"accounts.challenge:{state['challenge']}", True, VALID_FOR.total_seconds())
    if not is_new or clock.now().timestamp() - begun > VALID_FOR.total_seconds():
        raise ValueError("The challenge was used, or is too old.")
