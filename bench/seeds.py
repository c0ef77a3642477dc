"""Many organizations and many rows, written by the administrator in single statements."""

from uuid import UUID

import psycopg

from bench.house import House, organization_id

ORGANIZATIONS = """INSERT INTO organizations_organization (id, slug, name, is_operator, locale, time_zone, currency,
        postal_address, color, created_at)
    SELECT id, 'bench-' || n, 'Bench ' || n, false, 'en', 'UTC', 'EUR', '', '', now()
    FROM unnest(%s::uuid[], %s::int[]) AS made (id, n) ON CONFLICT DO NOTHING"""
SCREENS = """INSERT INTO relay_screen (id, organization_id, name, model, viewport_width, viewport_height, browser_engine,
        browser_major, dashboard_id, theme, connected_by, state, last_seen_at, paired_at, generation, due_at, variables, time_zone,
        tags)
    SELECT gen_random_uuid(), organization, 'Screen ' || n, '', 1920, 1080, 'Chromium', 120, %(dashboard)s, 'dark', '',
        'online', now(), now(), 1, now() + interval '1 day', '{}', '', '[]'
    FROM unnest(%(organizations)s::uuid[]) AS organization, generate_series(1, %(each)s) AS n
    RETURNING organization_id, id"""


def organizations(connection: psycopg.Connection, count: int) -> list[UUID]:
    """Have the first `count` organizations of the bench, and return their ids."""
    made = [organization_id(number) for number in range(count)]
    connection.execute(ORGANIZATIONS, [made, list(range(count))])
    return made


def screens(
    connection: psycopg.Connection, organizations: list[UUID], each: int, dashboard: UUID | None = None
) -> list[tuple[UUID, UUID]]:
    """Pair so many screens in each organization; return their organizations and ids."""
    values = {"organizations": organizations, "each": each, "dashboard": dashboard}
    made = connection.execute(SCREENS, values).fetchall()
    connection.execute("ANALYZE relay_screen")
    return made


def tokens(screens: list[tuple[UUID, UUID]]) -> list[str]:
    """Return an access token for each screen, good for the next quarter of an hour."""
    from operant.relay import tokens

    return [tokens.access(organization, screen, 1) for organization, screen in screens]


def without_screens(house: House) -> None:
    """Unpair everything, so that the next group begins with an empty fleet."""
    with house.administrator() as connection:
        connection.execute("TRUNCATE relay_screen, relay_command, relay_client_error, relay_outage")
