from collections.abc import Iterable

from django.db import connection

from operant.platform import tenancy

CHANNEL = "operant_live"


def hint(*topics: str) -> None:
    """
    Tell every open stream of this organization that something changed, when the transaction commits.

    A hint carries topics and never data: NOTIFY passes row security, and a hint may be lost.
    """
    organization = tenancy.current_organization_id()
    tell(addressed(organization, topic) for topic in topics)


def tell(topics: Iterable[str]) -> None:
    """Tell every open stream of topics as they travel, when the transaction commits: in one statement, however many they are."""
    # One notification each: a stream is woken by its own topic, and none is cut where a payload ends at 8,000 bytes.
    if told := list(dict.fromkeys(topics)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic", [CHANNEL, told])


def addressed(organization_id: object, topic: str) -> str:
    """Return a topic as it travels: with the organization it belongs to."""
    return f"{organization_id}/{topic}"
