"""What allauth tells of attempts to sign in, and what a session says about how its person signed in."""

import hashlib
from typing import Any

from allauth.account import signals
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import Login
from django.apps import apps
from django.http import HttpRequest

from operant.platform import queue
from operant.platform.live import holders
from operant.platform.observing.threads import in_thread

from . import codes, floods, limits, origins, queries
from .actions import ending, signing_in
from .models import Person, SignIn, Tries

HOUR, DAY = 3600, 86400
# allauth's limits of ways in, and what is shown there.
ENTRANCES = {"login": "password", "login_failed": "password", "webauthn_login": "passkey"}
Result = SignIn.Result


def connect() -> None:
    """Listen to allauth, and tell open pages whether their session stands."""
    holders.register(holders.SESSION, stands)
    limits.REFUSED.append(limited)
    for signal in (signals.login_code_rejected, signals.password_reset_code_rejected, signals.email_verification_code_rejected):
        signal.connect(wrong_code)
    for signal in (signals.password_changed, signals.password_reset, signals.password_set):
        signal.connect(new_password)
    if apps.is_installed("allauth.mfa"):
        from allauth.mfa import signals as factors

        factors.authentication_failed.connect(wrong_factor)


async def stands(sign_in_id: str) -> bool:
    """Return whether the session of a sign-in stands."""
    return await in_thread(lambda: queries.is_signed_in(sign_in_id))


def factor(request: HttpRequest, person: Person) -> str:
    """Return what somebody has just shown to sign in, in the order that they did."""
    shown = [_shown(each) for each in get_authentication_records(request, person) if not each.get("reauthenticated")]
    # Nothing but the code that came by mail, when somebody has just signed up.
    return "+".join(dict.fromkeys(shown)) or "mail"


def failed(request: HttpRequest, address: str) -> None:
    """Write down that an address and a password did not fit."""
    person, origin = queries.whose(address), origins.of(request)
    if person is not None:
        queries.ask_once_more(address)
    result = Result.WRONG_PASSWORD if person else Result.UNKNOWN_ADDRESS
    if request.user.is_authenticated:
        result = Result.NOT_CONFIRMED
    else:
        floods.count()
    signing_in.refuse(person=person, origin=origin, result=result)


def begun(request: HttpRequest, person: Person) -> SignIn:
    """Write down that somebody is to show their second factor, with what they have shown so far."""
    return signing_in.begin(person=person, origin=origins.of(request), factor=factor(request, person))


def switched_off(request: HttpRequest, person: Person) -> None:
    """Write down that somebody whose account is switched off knew the password."""
    signing_in.refuse(person=person, origin=origins.of(request), result=Result.SWITCHED_OFF)


def limited(request: HttpRequest, action: str, per: str) -> None:
    """
    Write down that an attempt was refused by a limit; that of an account is told to its owner once a day.

    One row an hour of each account, network and limit: anybody can go on for as long as they like.
    """
    if action not in ENTRANCES:
        return
    shown, origin = ENTRANCES[action], origins.of(request)
    # A passkey is nobody's before its signature was found right.
    address = request.POST.get("login", "")[:254] if shown == "password" else ""
    person = queries.whose(address) if address else _signing_in(request) if shown == "password" else None
    whose = person.pk if person else address.lower()
    if not _is_first("limited", shown, whose, origin.network, per, within=HOUR):
        return
    refused = signing_in.refuse(person=person, origin=origin, result=Result.LIMITED, factor=shown)
    # Whether the address is somebody's makes no difference here: the job finds out.
    if per == "key" and _is_first("attack", whose, within=DAY):
        queue.defer("accounts.tell_of_attack", sign_in_id=str(refused.pk))


def wrong_code(sender: Any, request: HttpRequest, user: Person, **more: Any) -> None:
    signing_in.refuse(person=user, origin=origins.of(request), result=Result.WRONG_CODE, factor="mail")


def new_password(sender: Any, request: HttpRequest, user: Person, **more: Any) -> None:
    ending.change_password(person=user, key=request.session.session_key)


def wrong_factor(sender: Any, request: HttpRequest, user: Person, **more: Any) -> None:
    code = "backup_code" if codes.is_backup(request.POST.get("code", "")) else "totp"
    kind = "passkey" if "credential" in request.POST else code
    signing_in.refuse(person=user, origin=origins.of(request), result=Result.WRONG_FACTOR, factor=kind)


def _is_first(*what: Any, within: int) -> bool:
    key = hashlib.sha256(f"accounts.{':'.join(str(each) for each in what)}".encode()).hexdigest()
    return Tries.take(key, most=1, seconds=within) is not None


def wrong_passkey(request: HttpRequest, person: Person | None) -> None:
    """Write down that a passkey was refused that was to sign somebody in: nobody's, unless its signature was right."""
    signing_in.refuse(person=person, origin=origins.of(request), result=Result.WRONG_FACTOR, factor="passkey")


def _shown(record: dict[str, Any]) -> str:
    if record.get("passwordless"):
        return "passkey"
    if record.get("method") == "socialaccount":
        return "oidc"
    return str(record.get("type") or record.get("provider") or record.get("method", ""))


def _signing_in(request: HttpRequest) -> Person | None:
    if request.user.is_authenticated:
        return request.user
    pending: Login | None = unstash_login(request, peek=True)
    return pending.user if pending else None
