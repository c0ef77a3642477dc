import copy
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from operant.panel.accounts import identities
from operant.panel.accounts import queries as accounts
from operant.panel.organizations.models import Membership, Role, ServiceAccount
from operant.panel.organizations.rules import give_role
from operant.platform import clock, tenancy
from operant.platform.api import Caller, Pace
from operant.platform.api.problems import Unauthorized
from operant.platform.api.scopes import known
from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid, NotAllowed, Refusal

from . import events, queries, rules, writing
from .models import PACED_OVER, Token

MOST = 100
UNKNOWN = "This token is not known here, or it was revoked. Make another one under API tokens."
OVER = {
    "revoked": UNKNOWN,
    "left": "Whoever made this token is no longer a member, so it is over. Somebody else can make another one.",
    "ended": "The service account of this token has ended. Somebody can make another one.",
    "expired": "This token has expired. Make another one under API tokens.",
}


def make(
    *, by: Membership, name: str, scopes: list[str], expires_at: datetime | None = None,
    service: ServiceAccount | None = None,
) -> tuple[Token, str]:  # fmt: skip
    """
    This function will make a token, and return it with the one text that its holder will ever see.

    It acts for its maker and ends when they leave, or for a service account.

    :raises NotAllowed: when its maker may not make tokens, or has less than the service account.
    :raises Invalid: without a name, without a scope, with a scope that does not exist, or with an end that is past.
    :raises Refusal: when there are a hundred already.
    """
    if not rules.manage_tokens(by):
        raise NotAllowed("Tokens are made by owners and admins.")
    if service is not None and (service.ended_at or not give_role(by, Role(service.role))):
        raise NotAllowed(f"You cannot make a token for {service.name}: it has ended, or has more than you have.")
    text, written = writing.new(by.organization_id)
    token = Token.objects.create(
        name=_name(name), scopes=_scopes(scopes), expires_at=_end(expires_at), made_by=by.person, service=service,
        maker=None if service else by, role=(service or by).role, handle=written.handle, secret_hash=written.secret_hash,
    )
    if queries.tokens().count() > MOST:
        raise Refusal(f"There are {MOST} tokens already. Revoke those that nothing uses.")
    told = ", ".join(token.scopes)
    holder = (service or by).name
    announce(
        events.TokenMade(token_id=token.public_id, name=token.name, scopes=told, made_by=by.name, acts_for=holder),
        about=token,
    )
    return token, text


def revoke(*, token: Token, by: Membership) -> None:
    """
    This function will end a token: it is refused from its next request on.

    :raises Gone: when it was revoked before.
    """
    if not token.revoke():
        raise Gone("This token was revoked already.")
    announce(
        events.TokenRevoked(token_id=token.public_id, name=token.name, revoked_by=by.person.name), about=token
    )


def recognize(text: str) -> Caller:
    """
    This function will find out who shows a token, and count the request. Opens its own scope.

    :raises Unauthorized: when it is no token, or not a good one any more.
    :raises NotAllowed: when its maker lacks the second factor that the organization requires.
    """
    written = writing.read(text)
    if written is None:
        raise Unauthorized(UNKNOWN)
    with tenancy.organization_scope(written.organization_id):
        token = queries.shown(written)
        if token is None or token.state != "active":
            raise Unauthorized(OVER[token.state] if token else UNKNOWN)
        _ensure_second_factor(token)
        _lightly()
        return Caller(
            client=token.pk, label=token.name, organization_id=token.organization_id,
            actor=token.service or token.maker.person,
            member=_acting(token), scopes=frozenset(token.scopes), pace=_paced(token),
        )


def _ensure_second_factor(token: Token) -> None:
    starts_at = token.second_factor_from
    # A service account signs in nowhere: its token is all there is.
    if token.service or not starts_at or starts_at > clock.now():
        return
    person_id = token.maker.person_id
    if not accounts.has_factor(person_id) and person_id not in identities.vouched([person_id]):
        raise NotAllowed(
            f"{token.maker.person.name} made this token and has no second factor, which this organization requires. "
            "It works again once they have set one up, under Security of their account."
        )


def _acting(token: Token) -> Membership | ServiceAccount:
    # A copy that is never saved: whom it acts for, with no more than the role in which the token was made.
    member = copy.copy(token.holder)
    member.cap = Role(token.role)
    member.role = min((Role(member.role), member.cap), key=lambda role: role.rank)
    return member


def _paced(token: Token) -> Pace:
    limit, now = settings.API_PER_MINUTE, clock.now()
    share = PACED_OVER / limit
    had_room = token.step(share, now)
    ahead = max(token.busy_until or now, now) - now + (share if had_room else timedelta())
    left = max(0, int((PACED_OVER - ahead) / share + 1e-6))
    wait = timedelta() if had_room else ahead + share - PACED_OVER
    return Pace(limit, PACED_OVER, left, ahead.total_seconds(), max(wait.total_seconds(), 0.001) if wait else 0)


def _lightly() -> None:
    # A counter may be lost in a crash; that each request waits for the disk would cost more than it is worth.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', 'off', true)")


def _name(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not 1 <= len(name) <= 80:
        raise Invalid("A token needs a name of at most 80 characters: what will use it.")
    return name


def _scopes(scopes: list[str]) -> list[str]:
    found = [scope.name for scope in known() if scope.name in scopes]
    if not found or set(scopes) - set(found):
        raise Invalid("A token needs at least one scope, and only those that exist.")
    return found


def _end(expires_at: datetime | None) -> datetime | None:
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid("A token must end in the future.")
    return expires_at
