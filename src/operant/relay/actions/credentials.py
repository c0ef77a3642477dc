from dataclasses import dataclass

from operant.platform import clock

from .. import tokens
from ..models import Pairing, Screen
from ..queries import devices
from ..refusals import Expired
from ..tokens import Access, Parsed


@dataclass(frozen=True)
class Credential:
    """What a screen holds: a short access token and the refresh token that follows."""

    screen: Screen
    access: str
    refresh: str


def exchange(*, pairing: Pairing) -> Credential | None:
    """This function will hand a claimed device its first credential: once, and None ever after."""
    # Claimed for a credential that another replacement ended meanwhile: this device came second.
    screen = Screen.objects.paired().filter(pk=pairing.screen_id, generation=pairing.generation).locked().first()
    if screen is None or not pairing.exchange():
        return None
    refresh = tokens.first(tokens.REFRESH, screen.organization_id, screen.pk)
    screen.refresh_hash, screen.next_refresh_hash = tokens.secret_of(refresh), None
    screen.refresh_until = clock.now() + tokens.REFRESH_FOR
    screen.save(update_fields=["refresh_hash", "next_refresh_hash", "refresh_until"])
    return _credential(screen, refresh)


def refresh(*, token: str, parsed: Parsed) -> Credential:
    """
    This function will renew a screen's credential for another 180 days.

    The token it was asked with stays valid until the new one is used, so a lost answer costs nothing.

    :raises Unpaired: when the token is not one of this screen's two.
    """
    screen = devices.refreshing(parsed)
    following = tokens.following(token)
    screen.refresh_hash, screen.next_refresh_hash = parsed.secret_hash, tokens.secret_of(following)
    screen.refresh_until = clock.now() + tokens.REFRESH_FOR
    screen.save(update_fields=["refresh_hash", "next_refresh_hash", "refresh_until"])
    return _credential(screen, following)


def issue_ticket(*, access: Access) -> str | None:
    """
    This function will issue one way into a screen's stream: 30 seconds, single use, the newest only.

    It returns None when the credential is not valid any more.
    """
    ticket = tokens.ticket(access.organization_id, access.screen_id)
    until = clock.now() + tokens.TICKET_FOR
    mine = Screen.objects.paired().filter(pk=access.screen_id, generation=access.generation)
    return ticket if mine.moved(ticket_hash=tokens.secret_of(ticket), ticket_until=until) else None


def redeem_ticket(*, parsed: Parsed) -> Screen:
    """
    This function will use up a ticket and return whose it was.

    :raises Expired: when it is unknown, used or older than 30 seconds.
    """
    mine = Screen.objects.paired().filter(
        pk=parsed.screen_id, ticket_hash=parsed.secret_hash, ticket_until__gt=clock.now()
    )
    screen = mine.only("generation", "connected_until", "connected_by").first()
    if screen is None or not mine.moved(ticket_hash=None, ticket_until=None):
        raise Expired
    return screen


def _credential(screen: Screen, refresh: str) -> Credential:
    return Credential(screen, tokens.access(screen.organization_id, screen.pk, screen.generation), refresh)
