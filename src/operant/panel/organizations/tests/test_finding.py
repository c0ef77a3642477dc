"""The palette's answers: what each person finds, and that nobody finds what is not theirs."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy
from operant.platform.ui import finding
from operant.testing import api, relay, stage
from operant.testing.factors import signing_in

GROUP = re.compile(r'role="presentation">([^<]+)</p>(.*?)</div>', re.S)
HIT = re.compile(r'href="([^"]+)">.*?ot-palette-name">([^<]+)</span>', re.S)


def found(client: Client, words: str = "", place: str = "/o/harbour/find") -> dict[str, list[str]]:
    answer = client.get(place, {"q": words})
    assert answer.status_code == 200
    return {label: [title for _, title in HIT.findall(hits)] for label, hits in GROUP.findall(answer.content.decode())}


@pytest.fixture
def lobby(cast):
    """Harbour with a dashboard, its source and a screen, all called after the lobby."""
    with cast.at_harbour(cast.ben):
        source = stage.source(cast.ben, name="Lobby orders")
        board = stage.published(cast.ben, name="Lobby pulse", content=stage.document(source, title="Lobby pulse")).dashboard
        stage.dashboard(cast.ben, name="Old lobby")
    relay.paired(relay.Tv(), cast.at_harbour, cast.ann, name="Lobby north", dashboard=board)
    return board


def test_things_are_found_by_their_names(cast, lobby, signed_in):
    assert found(signed_in(cast.cleo), "lobby") == {
        "Dashboards": ["Lobby pulse", "Old lobby"], "Data sources": ["Lobby orders"], "Screens": ["Lobby north"],
    }  # fmt: skip
    assert found(signed_in(cast.cleo), "CLE") == {"People": ["Cleo"]}


def test_invitations_and_tokens_are_found_by_whoever_looks_after_them(cast, lobby, signed_in):
    api.made(cast.at_harbour, cast.ann, name="Lobby upload")
    with cast.at_harbour(cast.ann):
        ann = Membership.objects.get(person=cast.ann)
        organizations.invite(by=ann, email="lobby@harbour.example", role=Role.VIEWER)
    ada, cleo = found(signed_in(cast.ada), "lobby"), found(signed_in(cast.cleo), "lobby")
    more = {"Invitations": ["lobby@harbour.example"], "API tokens": ["Lobby upload"]}
    assert ({key: ada[key] for key in more}, set(ada) - set(cleo)) == (more, set(more))


def test_every_hit_leads_somewhere(cast, lobby):
    ada = signing_in(cast.ada)
    addresses = {
        address for words in ("", "lobby", "ada")
        for address, _ in HIT.findall(ada.get("/o/harbour/find", {"q": words}).content.decode())
    }  # fmt: skip
    assert len(addresses) > 15
    assert {address: ada.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_a_stranger_finds_nothing_of_it(cast, lobby, signed_in):
    mallory = signed_in(cast.mallory)
    assert mallory.get("/o/harbour/find", {"q": "lobby"}).status_code == 404
    assert [found(mallory, "lobby", place) for place in ("/o/meadow/find", "/find")] == [{}, {}]
    assert Client().get("/o/harbour/find").status_code == 302
    assert Client().get("/find").status_code == 302


def test_a_viewer_finds_no_page_and_no_act_of_an_admin(cast, signed_in):
    cleo, ada = found(signed_in(cast.cleo)), found(signed_in(cast.ada))
    assert "Acts" not in cleo
    assert sorted(ada["Acts"]) == ["Connect data", "Invite somebody", "New dashboard", "Pair a screen"]
    assert set(ada["Pages"]) - set(cleo["Pages"]) == {
        "Settings", "General", "API tokens", "Service accounts", "Ownership", "Webhooks", "Audit log", "Security",
    }  # fmt: skip
    assert "Operator&#x27;s room" not in cleo


def test_an_operator_finds_the_operators_room(cast, signed_in):
    with tenancy.organization_scope(tenancy.OPERATOR):
        Membership.objects.create(person=cast.cleo, role=Role.OWNER)
    cleo = found(signed_in(cast.cleo), "", "/find")
    assert {"Overview", "Organizations", "Outbox"} <= set(cleo["Operator&#x27;s room"])
    assert sorted(cleo["Organizations"]) == ["Harbour", "Operator"]


def test_without_an_organization_there_is_what_belongs_to_the_person(cast, signed_in):
    mine = found(signed_in(cast.ben), "", "/find")
    assert set(mine) == {"You", "Organizations"}
    assert mine["Organizations"] == ["Harbour"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "\0", "<script>", "x" * 5000])
def test_odd_words_are_only_words(cast, lobby, signed_in, words):
    answer = signed_in(cast.ada).get("/o/harbour/find", {"q": words})
    # A null sign is none: what is left are no words at all.
    assert answer.status_code == 200
    assert ("Lobby" in answer.content.decode(), "<script" in answer.content.decode()) == (False, False)


def test_what_begins_with_the_words_comes_first_and_five_are_enough(cast, signed_in):
    with cast.at_harbour(cast.ben):
        for name in ("A pulse", "B pulse", "Pulse of yesterday", "C pulse", "Pulse", "D pulse", "E pulse"):
            stage.dashboard(cast.ben, name=name)
    assert found(signed_in(cast.ben), "pulse")["Dashboards"] == ["Pulse", "Pulse of yesterday", "A pulse", "B pulse", "C pulse"]
    assert finding.MOST_HITS == 5


def test_it_asks_the_same_for_three_and_for_thirty(cast, signed_in):
    ben, asked = signed_in(cast.ben), []
    for more in (3, 27):
        with cast.at_harbour(cast.ben):
            for number in range(more):
                stage.dashboard(cast.ben, name=f"Pulse {more} {number}")
        with CaptureQueriesContext(connection) as captured:
            ben.get("/o/harbour/find", {"q": "p"})
        asked.append(Counter(re.sub(r"'(?:[^']|'')*'|\d+", "?", each["sql"]) for each in captured))
    assert asked[1] - asked[0] == Counter()
    assert sum(asked[0].values()) <= 16
