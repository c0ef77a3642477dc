import pytest

from operant.panel.organizations.models import Role
from operant.platform.refusals import Gone, Invalid, NotFound
from operant.relay import events, rules
from operant.relay.actions import asking, keeping
from operant.relay.models import Command, Screen
from operant.testing import stage as staging


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (rules.see_screens, {"owner", "admin", "editor", "viewer"}),
        (rules.assign, {"owner", "admin", "editor"}),
        (rules.command, {"owner", "admin", "editor"}),
        (rules.rename, {"owner", "admin", "editor"}),
        (rules.pair, {"owner", "admin"}),
        (rules.unpair, {"owner", "admin"}),
    ],
)
def test_rules(rule, allowed):
    assert {role.value for role in Role if rule(role)} == allowed


def test_rename(cast, screen, announced):
    with cast.at_harbour(cast.ben):
        keeping.rename(screen=screen, name=" Lobby north ")
        keeping.rename(screen=screen, name="Lobby north")
        with pytest.raises(Invalid):
            keeping.rename(screen=screen, name=" ")
    assert announced[-1:] == [events.ScreenRenamed(screen_id=screen.public_id, before="Lobby", name="Lobby north")]


def test_assign(cast, screen, announced):
    with cast.at_harbour(cast.ben):
        other = staging.published(cast.ben, name="Pulse").dashboard
        del announced[:]
        keeping.assign(screen=screen, dashboard=other)
        keeping.assign(screen=screen, dashboard=other)
        keeping.assign(screen=screen, dashboard=None)
    assert announced == [
        events.ScreenAssigned(screen_id=screen.public_id, name="Lobby", dashboard="Pulse"),
        events.ScreenAssigned(screen_id=screen.public_id, name="Lobby", dashboard="nothing"),
    ]


def test_a_dashboard_of_another_organization_cannot_be_assigned(cast, screen):
    from django.db import IntegrityError, connection

    with cast.at_meadow(cast.mallory):
        foreign = staging.published(cast.mallory).dashboard
    with cast.at_harbour(cast.ben), pytest.raises(NotFound):
        keeping.assign(screen=screen, dashboard=foreign)
    with pytest.raises(IntegrityError), cast.at_harbour(cast.ben):
        Screen.objects.update(dashboard=foreign)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_unpair_ends_a_screen_once(cast, screen, announced):
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=screen)
        with pytest.raises(Gone):
            keeping.unpair(screen=screen)
    assert announced[-1] == events.ScreenUnpaired(screen_id=screen.public_id, name="Lobby")


def test_few_commands_are_kept(cast, screen):
    with cast.at_harbour(cast.ben):
        for _ in range(asking.COMMANDS_KEPT + 5):
            keeping.send(screen=screen, kind="identify", by=cast.ben)
        assert Command.objects.count() == asking.COMMANDS_KEPT
