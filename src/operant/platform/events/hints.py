from django.db import connection

from operant.platform import tenancy

CHANNEL = "operant_live"


def hint(*topics: str) -> None:
    """
    Tell every open stream of this organization that something changed, when the transaction commits.

    A hint carries topics and never data: NOTIFY passes row security, and a hint may be lost.
    """
    organization = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        for topic in topics:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, addressed(organization, topic)])


def addressed(organization_id: object, topic: str) -> str:
    """Return a topic as it travels: with the organization it belongs to."""
    return f"{organization_id}/{topic}"
