"""What each role may do: one table, which the page, the API, the reference and these tests read."""

from uuid import uuid4

import pytest

from operant.panel.organizations import rules
from operant.panel.organizations.models import Membership, Role
from operant.platform.refusals import NotAllowed
from operant.testing.api import program

LEAST = {
    "audit.see": Role.ADMIN, "notifications.read_inbox": Role.VIEWER,
    "organizations.see_organization": Role.VIEWER, "organizations.see_people": Role.VIEWER,
    "organizations.manage_people": Role.ADMIN, "organizations.give_rights": Role.ADMIN,
    "organizations.manage_services": Role.ADMIN, "organizations.change_settings": Role.ADMIN, "organizations.hand_over": Role.OWNER,
    "organizations.see_safety": Role.ADMIN, "organizations.change_safety": Role.OWNER, "organizations.vouch": Role.OWNER,
    "relay.see_screens": Role.VIEWER, "relay.alert": Role.EDITOR, "relay.assign": Role.EDITOR, "relay.command": Role.EDITOR,
    "relay.arrange": Role.EDITOR, "relay.deploy": Role.EDITOR, "relay.rename": Role.EDITOR, "relay.pair": Role.ADMIN,
    "relay.unpair": Role.ADMIN, "relay.take_over": Role.EDITOR,
    "stage.see": Role.VIEWER, "stage.make": Role.EDITOR, "stage.edit": Role.EDITOR, "stage.publish": Role.EDITOR,
    "stage.ask": Role.EDITOR, "stage.save_queries": Role.EDITOR, "stage.annotate": Role.EDITOR, "stage.annotate_all": Role.EDITOR,
    "stage.alert": Role.EDITOR, "stage.change_sources": Role.EDITOR,
    "stage.share": Role.ADMIN, "tokens.manage_tokens": Role.ADMIN,
    "webhooks.manage_webhooks": Role.ADMIN,
}  # fmt: skip


def somebody(role):
    return Membership(role=role, organization_id=uuid4())


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_the_table_says(name, role):
    found = {each.name: each.rule for each in rules.table()}
    assert found[name](somebody(role)) is (role.rank >= LEAST[name].rank)


def test_no_rule_is_missing_here():
    assert sorted(each.name for each in rules.table()) == sorted(LEAST)


def test_every_rule_says_what_it_lets_people_do():
    assert [each.name for each in rules.table() if not each.rule.words] == []


def test_the_page_shows_the_table_to_every_member(cast, signed_in):
    page = signed_in(cast.cleo).get("/o/harbour/settings/roles").content.decode()
    assert page.count('<th scope="row"') == len(rules.table())
    assert page.count(": yes") == sum(len(Role) - list(Role)[::-1].index(each.rule.role) for each in rules.table())


def test_the_api_gives_the_same_table(cast):
    told = program(cast.at_harbour, cast.ann).get("roles").json()["permissions"]
    assert told == [
        {"name": each.name, "may": each.words, "role": each.rule.role.value, "is_for_one": bool(each.rule.about)}
        for each in rules.table()
    ]


def test_a_permission_is_found_by_its_name():
    assert rules.named("stage.publish").role == Role.EDITOR
    with pytest.raises(LookupError):
        rules.named("stage.queries")


def test_only_owners_hand_over(cast, signed_in):
    page = "/o/harbour/settings/ownership"
    assert {name: signed_in(getattr(cast, name)).get(page).status_code for name in ("ann", "ben", "cleo", "mallory")} == {
        "ann": 403, "ben": 403, "cleo": 403, "mallory": 404,
    }  # fmt: skip


def test_a_refusal_is_a_sentence():
    with pytest.raises(NotAllowed, match="Your role here is viewer; this needs editor or more"):
        raise NotAllowed(rules._sentence(somebody(Role.VIEWER), rules.named("stage.edit")))
