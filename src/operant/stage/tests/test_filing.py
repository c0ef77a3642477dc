import pytest
from django.urls import reverse

from operant.panel.organizations.models import Membership
from operant.platform.refusals import Invalid
from operant.stage import actions, queries
from operant.stage.models import Star
from operant.stage.naming import filed


@pytest.fixture
def pulse(cast):
    with cast.at_harbour(cast.ben):
        return actions.create(name="Company pulse", by=cast.ben)


def at(name, *args):
    return reverse(name, args=["harbour", *args])


def names(client, query=""):
    lines = b"".join(client.get(f"{at('dashboards')}?format=csv&{query}")).decode("utf-8-sig").splitlines()
    return [line.split(",")[0] for line in lines[1:]]


def test_what_people_type_becomes_a_place():
    assert filed("  Sales   North ", ["weekly", " Weekly", "", "board  room"]) == ("Sales North", ["board room", "Weekly"])


@pytest.mark.parametrize(
    ("folder", "tags"), [("x" * 61, []), ("", ["x" * 31]), ("", ["a,b"]), ("", [str(number) for number in range(11)])]
)
def test_a_place_that_cannot_be_kept(folder, tags):
    with pytest.raises(Invalid):
        filed(folder, tags)


def test_a_dashboard_is_filed_and_found(cast, signed_in, pulse, announced):
    ben = signed_in(cast.ben)
    with cast.at_harbour(cast.ben):
        actions.create(name="Elsewhere", by=cast.ben)
    answer = ben.post(at("dashboard-place", pulse.pk), {"folder": "Sales", "tags": "weekly, North"}, follow=True)
    assert answer.status_code == 200
    assert [each.place for each in announced if each.name == "Company pulse"] == ["Sales, #North, #weekly"]
    for query in ("folder=Sales", "tag=weekly", "q=north", "q=sales"):
        assert names(ben, query) == ["Company pulse"], query
    assert names(ben) == ["Company pulse", "Elsewhere"]


def test_too_long_a_folder_changes_nothing_and_says_so(cast, signed_in, pulse):
    answer = signed_in(cast.ben).post(at("dashboard-place", pulse.pk), {"folder": "x" * 61, "tags": ""}, follow=True)
    assert b"Company pulse stays where it is" in answer.content


def test_filing_again_what_is_filed_is_no_news(cast, pulse, announced):
    with cast.at_harbour(cast.ben):
        for _ in range(2):
            actions.file(dashboard=pulse, folder="Sales", tags=["weekly"])
    assert len([each for each in announced if hasattr(each, "place")]) == 1


def test_a_copy_stands_where_its_original_does(cast, pulse):
    with cast.at_harbour(cast.ben):
        actions.file(dashboard=pulse, folder="Sales", tags=["weekly"])
        made = actions.duplicate(dashboard=pulse, by=cast.ben)
        assert (made.folder, made.tags) == ("Sales", ["weekly"])


def test_a_star_is_its_persons_alone(cast, signed_in, pulse):
    cleo, ben = signed_in(cast.cleo), signed_in(cast.ben)
    for _ in range(2):
        answer = cleo.post(at("dashboard-star", pulse.pk), {"starred": "yes"}, headers={"HX-Request": "true"})
        assert b'aria-pressed="true"' in answer.content
    assert (names(cleo, "starred=yes"), names(ben, "starred=yes")) == (["Company pulse"], [])
    cleo.post(at("dashboard-star", pulse.pk), {"starred": ""})
    assert names(cleo, "starred=yes") == []


def test_a_star_ends_with_the_membership(cast, pulse):
    with cast.at_harbour(cast.ben):
        membership = Membership.objects.get(person=cast.cleo)
        actions.star(dashboard=pulse, member=membership)
        membership.delete()
        assert Star.objects.count() == 0


def test_folders_are_offered_as_they_stand(cast, pulse):
    with cast.at_harbour(cast.ben):
        actions.file(dashboard=pulse, folder="Sales", tags=["b", "A"])
        assert queries.places() == (["Sales"], ["A", "b"])
        actions.archive(dashboard=pulse)
        assert queries.places() == ([], [])
