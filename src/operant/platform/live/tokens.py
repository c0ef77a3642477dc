"""Which topics a page may wait for: signed into the page by the view that checked the rights."""

from uuid import UUID

from django.core import signing

from operant.platform.events.hints import addressed

from . import holders

SALT = "live.topics"
VALID_SECONDS = 12 * 3600


def issue(organization_id: UUID, topics: list[str]) -> str:
    """Return a token for these topics of one organization, for as long as whoever the page is written for."""
    return signing.dumps([*(addressed(organization_id, topic) for topic in topics), *holders.topics()], salt=SALT)


def redeem(token: str) -> frozenset[str] | None:
    """Return the addressed topics of a token, or None when it is forged or too old."""
    try:
        return frozenset(signing.loads(token, salt=SALT, max_age=VALID_SECONDS))
    except signing.BadSignature:
        return None
