from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from operant.panel.accounts.actions import factors
from operant.panel.accounts.queries import factors as factors_of
from operant.panel.notifications.queries import inbox
from operant.panel.organizations import events, queries
from operant.panel.organizations.actions import second_factor
from operant.panel.organizations.models import Membership, Organization
from operant.platform import clock, tenancy
from operant.platform.messaging import outbox
from operant.platform.refusals import Invalid, Refusal
from operant.testing import api
from operant.testing.factors import code_of, signing_in, with_app
from operant.testing.queue import claim, run_chore, run_jobs

PAGE, RULE, RELEASE = (f"/o/harbour/settings/security/{end}" for end in ("", "requirement", "release"))


@pytest.fixture(autouse=True)
def _no_tries_yet(db):
    cache.clear()


def ada(cast) -> Membership:
    return Membership.objects.select_related("person").get(person=cast.ada)


@pytest.fixture
def demanded(cast):
    """Harbour requires a second factor from now on, and Ada has one: its secret."""
    secret, _ = with_app(cast.ada)
    with cast.at_harbour(cast.ada):
        second_factor.require(by=ada(cast), starts_at=clock.now())
    return secret


@pytest.fixture
def announced_for_later(cast):
    with_app(cast.ada)
    with cast.at_harbour(cast.ada):
        second_factor.require(by=ada(cast), starts_at=clock.now() + timedelta(days=14))


def test_the_rule_is_told_and_those_without_a_factor_get_a_mail(cast, announced):
    with_app(cast.ada)
    announced.clear()
    at = clock.now() + timedelta(days=3)
    with cast.at_harbour(cast.ada):
        for _ in range(2):
            second_factor.require(by=ada(cast), starts_at=at)
        assert [each.person.name for each in queries.without_factor()] == ["Ann", "Ben", "Cleo"]
    assert announced == [events.SecondFactorRequired(starts_on=at.date().isoformat(), changed_by="Ada")]
    run_jobs()
    told = [mail.to for mail in outbox.latest() if mail.subject == "Harbour requires a second factor"]
    assert sorted(told) == [f"{name}@harbour.example" for name in ("ann", "ben", "cleo")]


def test_nobody_closes_the_door_on_themselves(cast, announced):
    with cast.at_harbour(cast.ada), pytest.raises(Refusal, match="for yourself first"):
        second_factor.require(by=ada(cast), starts_at=clock.now())
    assert announced == []


@pytest.mark.parametrize("days", [-1, 91])
def test_the_day_is_near(cast, days):
    with_app(cast.ada)
    with cast.at_harbour(cast.ada), pytest.raises(Invalid):
        second_factor.require(by=ada(cast), starts_at=clock.now() + timedelta(days=days))


def test_whoever_lacks_a_factor_is_led_to_set_one_up_and_then_in(cast, demanded):
    ben = signing_in(cast.ben)
    for method, path in (("get", "/o/harbour/"), ("get", "/o/harbour/screens/"), ("post", "/o/harbour/dashboards/new")):
        answer = getattr(ben, method)(path)
        assert (answer.status_code, answer.url) == (302, "/me/security/")
    assert "Harbour requires a second factor" in ben.get("/me/security/").content.decode()
    # The bell would be led to that page as well, and the browser would load it anew without end.
    assert reverse("inbox_bell", args=["harbour"]) not in ben.get("/me/security/app").content.decode()
    ben.post("/me/security/app", {"code": code_of(ben.session["accounts.enrolment"]["secret"])})
    assert ben.get("/o/harbour/").status_code == 200


def test_who_still_lacks_one_hears_of_it_once_more_three_days_before(cast, announced_for_later, announced):
    with_app(cast.cleo)
    run_jobs()
    announced.clear()
    with clock.frozen():
        clock.advance(timedelta(days=10, hours=23))
        run_chore("organizations.remind")
        assert announced == []
        clock.advance(timedelta(hours=2))
        for _ in range(2):
            with cast.at_harbour():
                second_factor.remind()
        on = (clock.now() + timedelta(days=2, hours=23)).date().isoformat()
        assert announced == [events.SecondFactorMissing(name=name, starts_on=on) for name in ("Ann", "Ben")]
        run_jobs()
        claim("delivery")
        run_jobs()
    assert sorted(mail.to for mail in outbox.latest() if "no second factor yet" in mail.subject) == [
        "ann@harbour.example", "ben@harbour.example"
    ]
    with cast.at_harbour():
        assert [inbox(each.pk).count() for each in (cast.ada, cast.ann, cast.ben, cast.cleo)] == [0, 1, 1, 0]


def test_a_day_at_short_notice_is_told_once(cast, announced):
    with_app(cast.ada)
    with cast.at_harbour(cast.ada):
        second_factor.require(by=ada(cast), starts_at=clock.now() + timedelta(days=3))
    run_jobs()
    announced.clear()
    run_chore("organizations.remind")
    assert announced == []


def test_other_organizations_stay_open(cast, demanded):
    assert signing_in(cast.mallory).get("/o/meadow/").status_code == 200


def test_before_the_day_there_is_a_notice_and_the_door_is_open(cast, announced_for_later):
    answer = signing_in(cast.ben).get("/o/harbour/")
    assert (answer.status_code, "Harbour requires a second factor from" in answer.content.decode()) == (200, True)


def test_on_the_day_the_door_closes(cast, announced_for_later):
    ben = signing_in(cast.ben)
    with clock.frozen():
        clock.advance(timedelta(days=14))
        assert ben.get("/o/harbour/").url == "/me/security/"


def test_who_has_one_is_told_nothing(cast, announced_for_later, signed_in):
    assert "requires a second factor" not in signed_in(cast.ada).get("/o/harbour/").content.decode()


def test_the_last_factor_stays_while_it_is_required(cast, demanded):
    with tenancy.reception(), pytest.raises(Refusal, match="Harbour requires"):
        factors.remove(person=cast.ada, key=factors_of(cast.ada).get().factor.pk)


def test_a_token_is_refused_while_its_maker_lacks_one(cast):
    _, text = api.made(cast.at_harbour, cast.ann)
    assert api.Program(text).get("organization").status_code == 200
    with_app(cast.ada)
    with cast.at_harbour(cast.ada):
        second_factor.require(by=ada(cast), starts_at=clock.now())
    refused = api.Program(text).get("organization")
    assert (refused.status_code, refused.json()["detail"][:48]) == (403, "Ann made this token and has no second factor, wh")
    with_app(cast.ann)
    assert api.Program(text).get("organization").status_code == 200


def test_an_operator_without_one_finds_nothing_of_the_operators(cast):
    from operant.panel.organizations import actions

    actions.add_operator(email=cast.ben.email, name="Ben")
    outside = {"headers": {"x-forwarded-for": "9.9.9.9"}}
    ben = signing_in(cast.ben)
    assert ben.get("/operator/outbox", **outside).status_code == 200
    with tenancy.organization_scope(tenancy.OPERATOR):
        Organization.objects.update(second_factor_from=clock.now())
    assert ben.get("/operator/outbox", **outside).status_code == 404


def test_an_owner_sets_and_lifts_the_rule_on_the_page(cast, announced):
    secret, _ = with_app(cast.ada)
    browser = signing_in(cast.ada)
    browser.post("/accounts/login/factor/", {"code": code_of(secret)})
    announced.clear()
    day = (clock.now() + timedelta(days=10)).date()
    assert browser.post(RULE, {"starts_on": day}).url == PAGE
    page = browser.get(PAGE).content.decode()
    assert all(f"{name}@harbour.example" in page for name in ("ann", "ben", "cleo"))
    assert browser.post(RELEASE).url == PAGE
    assert announced == [
        events.SecondFactorRequired(starts_on=day.isoformat(), changed_by="Ada"),
        events.SecondFactorReleased(changed_by="Ada"),
    ]
    assert browser.post(RULE, {"starts_on": "2020-01-01"}).status_code == 422
    assert browser.post(RELEASE).status_code == 409


def test_it_is_asked_again_who_sets_the_rule(cast, signed_in, announced):
    with_app(cast.ada)
    announced.clear()
    answer = signed_in(cast.ada).post(RULE, {"starts_on": clock.now().date()})
    assert (answer.url.partition("?")[0], announced) == ("/accounts/reauthenticate/factor/", [])


def test_a_day_begins_where_the_organization_is(cast):
    secret, _ = with_app(cast.ada)
    browser = signing_in(cast.ada)
    browser.post("/accounts/login/factor/", {"code": code_of(secret)})
    with cast.at_harbour(cast.ada):
        Organization.objects.filter(pk=cast.harbour.pk).update(time_zone="Pacific/Auckland")
    day = (clock.now() + timedelta(days=10)).date()
    browser.post(RULE, {"starts_on": day})
    with cast.at_harbour(cast.ada):
        harbour = queries.organization()
    assert harbour.second_factor_on == day
    assert (harbour.second_factor_from.hour in {11, 12}, harbour.second_factor_from.date()) == (True, day - timedelta(days=1))
    assert f"from {day.day} {day:%B %Y} on" in signing_in(cast.ben).get("/o/harbour/").content.decode()


@pytest.mark.parametrize(("person", "status"), [("ann", 200), ("ben", 403), ("cleo", 403)])
def test_admins_see_the_page(cast, signed_in, person, status):
    assert signed_in(getattr(cast, person)).get(reverse("organization_security", args=["harbour"])).status_code == status
