"""Rights on single dashboards and screens, in place of a role: given, taken, kept to, and over with their thing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from operant.panel.organizations import actions, events, rules
from operant.panel.organizations.models import Membership, Right, Role
from operant.panel.tokens import actions as tokens
from operant.platform import clock
from operant.platform.refusals import NotAllowed, Refusal
from operant.platform.tenancy.ids import public_id
from operant.relay.actions import keeping
from operant.stage import actions as boards
from operant.testing import relay, stage
from operant.testing.api import Program, made, program


def member(person):
    return Membership.objects.select_related("person").get(person=person)


@pytest.fixture
def board(cast):
    with cast.at_harbour(cast.ben):
        return stage.dashboard(cast.ben, name="Pulse")


@pytest.fixture
def other(cast):
    with cast.at_harbour(cast.ben):
        return stage.dashboard(cast.ben, name="Other")


def give(cast, person, about, role, by=None):
    with cast.at_harbour(by or cast.ann):
        return actions.give_right(by=member(by or cast.ann), member=member(person), about=about, name="Pulse", role=role)


def renamed(client, board, name="Renamed"):
    return client.post(reverse("dashboard-name", args=["harbour", board.pk]), {"name": name}).status_code


def test_a_viewer_edits_the_one_dashboard_that_was_given(cast, signed_in, announced, board, other):
    cleo = signed_in(cast.cleo)
    assert (renamed(cleo, board), renamed(cleo, other)) == (403, 403)
    give(cast, cast.cleo, board, Role.EDITOR)
    assert announced[-1] == events.RightGiven(name="Cleo", right="may edit", thing="Pulse")
    assert (renamed(cleo, board), renamed(cleo, other)) == (302, 403)
    assert cleo.get(reverse("dashboard-edit", args=["harbour", board.pk])).status_code == 200
    assert cleo.post(reverse("dashboard-copies", args=["harbour", board.pk])).status_code == 403
    give(cast, cast.cleo, board, None)
    assert announced[-1] == events.RightTaken(name="Cleo", thing="Pulse")
    assert renamed(cleo, board) == 403


def test_an_editor_only_looks_at_the_one_that_was_taken(cast, signed_in, board, other):
    give(cast, cast.ben, board, Role.VIEWER)
    ben = signed_in(cast.ben)
    assert (renamed(ben, board), renamed(ben, other)) == (403, 302)
    refused = ben.post(reverse("dashboard-deletion", args=["harbour", board.pk]))
    assert (refused.status_code, "You may only look at this one." in refused.content.decode()) == (403, True)
    page = ben.get(reverse("dashboard", args=["harbour", board.pk]))
    assert (page.status_code, page.context["may_edit"]) == (200, False)


def test_a_view_that_opens_its_own_scope_keeps_to_it_as_well(cast, signed_in, board):
    preview = reverse("dashboard-preview", args=["harbour", board.pk])
    cleo = signed_in(cast.cleo)
    assert cleo.post(preview, {}, content_type="application/json").status_code == 403
    give(cast, cast.cleo, board, Role.EDITOR)
    assert cleo.post(preview, {}, content_type="application/json").status_code == 404  # no source was named


def test_a_screen_is_given_too_and_a_right_ends_with_it(cast, signed_in):
    tv = relay.Tv()
    screen = relay.paired(tv, cast.at_harbour, cast.ann, name="Lobby")
    naming, cleo = reverse("screen_name", args=["harbour", screen.pk]), signed_in(cast.cleo)
    assert cleo.post(naming, {"name": "Hall"}).status_code == 403
    give(cast, cast.cleo, screen, Role.EDITOR)
    assert cleo.post(naming, {"name": "Hall"}).status_code == 302
    assert cleo.post(reverse("screen_unpairing", args=["harbour", screen.pk])).status_code == 403
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=screen)
        assert Right.objects.count() == 0


def test_rights_end_with_the_membership_and_wait_for_a_dashboard_that_comes_back(cast, board):
    give(cast, cast.ben, board, Role.VIEWER)
    give(cast, cast.cleo, board, Role.EDITOR)
    with cast.at_harbour(cast.ada):
        boards.archive(dashboard=board)
        boards.bring_back(dashboard=board)
        assert rules.may(member(cast.cleo), rules.named("stage.edit"), about=board.pk)
        actions.remove(by=member(cast.ada), member=member(cast.cleo))
        assert [each.member.person for each in Right.objects.select_related("member__person")] == [cast.ben]


def test_only_owners_and_admins_give_and_nobody_gives_to_them(cast, board):
    with pytest.raises(NotAllowed):
        give(cast, cast.cleo, board, Role.EDITOR, by=cast.ben)
    for person in (cast.ada, cast.ann):
        with pytest.raises(Refusal, match="counts everywhere"):
            give(cast, person, board, Role.VIEWER)


def test_giving_twice_is_told_once(cast, announced, board):
    for role in (Role.EDITOR, Role.EDITOR, Role.VIEWER, None, None):
        give(cast, cast.ben, board, role)
    rights = [getattr(each, "right", "none") for each in announced if each.NAME.startswith("organizations.right")]
    assert rights == ["may edit", "may only look at", "none"]


def test_a_token_keeps_to_the_rights_of_its_maker(cast, board, other):
    _, text = made(cast.at_harbour, cast.ann, scopes=["stage:read", "stage:write"])
    with cast.at_harbour(cast.ada):
        actions.change_role(by=member(cast.ada), member=member(cast.ann), role=Role.EDITOR)
    give(cast, cast.ann, board, Role.VIEWER, by=cast.ada)
    names = {"name": "Renamed"}
    answers = [Program(text).patch(f"dashboards/{public_id('dsh', each.pk)}", names).status_code for each in (board, other)]
    assert answers == [403, 200]
    assert tokens.recognize(text).member.cap == Role.ADMIN


def test_the_page_gives_and_takes(cast, signed_in, board):
    page, ann = reverse("dashboard-access", args=["harbour", board.pk]), signed_in(cast.ann)
    with cast.at_harbour():
        cleo = member(cast.cleo)
    for role in ("editor", "viewer", ""):
        assert ann.post(page, {"member": cleo.pk, "role": role}).status_code == 302
        chosen = [(each.name, value) for each, choices, _ in ann.get(page).context["members"] for value, _, on in choices if on]
        assert dict(chosen)["Cleo"] == role
    assert ann.post(page, {"member": cleo.pk, "role": "owner"}).status_code == 422
    with cast.at_meadow():
        mallory = member(cast.mallory)
    assert ann.post(page, {"member": mallory.pk, "role": "editor"}).status_code == 404


def test_programs_give_and_take(cast, board):
    mine, place = program(cast.at_harbour, cast.ann), f"dashboards/{public_id('dsh', board.pk)}/access"
    with cast.at_harbour():
        cleo = public_id("mem", member(cast.cleo).pk)
    told = mine.put(f"{place}/{cleo}", {"right": "editor"}).json()
    assert told == {"member": cleo, "name": "Cleo", "role": "viewer", "right": "editor"}
    assert [(each["name"], each["right"]) for each in mine.get(place).json()["entries"]] == [
        ("Ada", None), ("Ann", None), ("Ben", None), ("Cleo", "editor"),
    ]  # fmt: skip
    assert mine.put(f"{place}/{cleo}", {"right": "owner"}).status_code == 422


def test_what_a_right_costs_is_one_question_however_many_there_are(cast, signed_in, django_assert_num_queries, board, other):
    with cast.at_harbour(cast.ann):
        ben = member(cast.ben)
        edit = rules.named("stage.edit")
        with django_assert_num_queries(1):
            assert [rules.may(ben, edit, about=each.pk) for each in (board, other, board)] == [True] * 3


def test_a_right_is_as_old_as_it_is(cast, board):
    with clock.frozen() as moment:
        given = give(cast, cast.cleo, board, Role.EDITOR)
        clock.advance(timedelta(days=1))
        assert given.given_at == moment
