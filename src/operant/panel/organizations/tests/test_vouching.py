"""Somebody lost their second factor: what they, the owners of their organizations and the clock can do."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from operant.panel.accounts import events as accounts
from operant.panel.accounts import queries as people
from operant.panel.accounts.actions import factors, recovery
from operant.panel.accounts.models import BackupCode, Recovery
from operant.panel.organizations import events
from operant.panel.organizations.actions import change_role, vouching
from operant.panel.organizations.models import Membership, Role, Vouching
from operant.platform import clock, queue, tenancy
from operant.platform.messaging import outbox
from operant.platform.queue import waits
from operant.platform.refusals import Gone, NotAllowed, Refusal
from operant.testing.factors import code_of, signing_in, with_app
from operant.testing.mail import code_in
from operant.testing.queue import run_jobs

LOST = "/accounts/login/recovery/"
HOURS = timedelta(hours=72)


@pytest.fixture(autouse=True)
def _no_tries_yet(db):
    cache.clear()


def mailed(subject: str) -> list[outbox.Mail]:
    run_jobs()
    return [mail for mail in outbox.latest() if subject in mail.subject]


def asked_by(person):
    """Lose the second factor as people do: password, code from the mail."""
    browser = signing_in(person)
    assert browser.post(LOST).url == LOST
    code = code_in(mailed("is your Operant code")[0].text)
    assert browser.post(LOST, {"code": code}).url == LOST
    run_jobs()
    return browser


def word_of(cast, owner, at):
    with at(owner):
        by = Membership.objects.select_related("person").get(person=owner)
        vouching.give(vouching=Vouching.objects.select_related("person").get(), by=by)
    run_jobs()


def at_meadow_too(cast, person):
    with cast.at_meadow():
        Membership.objects.create(person=person, role=Role.VIEWER)


def can_enter(person) -> bool:
    return signing_in(person).get("/me/").status_code == 200


@pytest.fixture
def lost(cast):
    """Ben has an app, and belongs to Harbour and Meadow; he lost it and asked."""
    secret, _ = with_app(cast.ben)
    at_meadow_too(cast, cast.ben)
    asked_by(cast.ben)
    return secret


def test_owners_of_every_organization_are_asked_and_the_person_is_told(cast, announced):
    with_app(cast.ben)
    at_meadow_too(cast, cast.ben)
    announced.clear()
    with clock.frozen() as now:
        asked_by(cast.ben)
    open_one = people.recovery_of(cast.ben)
    told = {"recovery_id": str(open_one.pk), "person_id": str(cast.ben.pk), "name": "Ben"}
    assert announced == [accounts.RecoveryAsked(**told)] + [events.VouchingAsked(name="Ben")] * 2
    assert open_one.due_at == now + HOURS
    assert sorted(mail.to for mail in mailed("Ben lost their second factor")) == [
        "ada@harbour.example", "mallory@meadow.example",
    ]
    assert [mail.to for mail in mailed("Your second factor will be removed")] == ["ben@harbour.example"]


def test_the_word_of_one_organization_is_not_enough(cast, lost):
    word_of(cast, cast.ada, cast.at_harbour)
    assert (can_enter(cast.ben), people.has_factor(cast.ben.pk)) == (False, True)


def test_once_all_have_given_their_word_the_factors_and_sessions_are_gone(cast, lost, announced):
    before = signing_in(cast.ben)
    before.post("/accounts/login/factor/", {"code": "000000"})
    word_of(cast, cast.ada, cast.at_harbour)
    announced.clear()
    word_of(cast, cast.mallory, cast.at_meadow)
    assert [type(each) for each in announced] == [
        events.VouchingGiven, accounts.RecoveryDone, events.VouchingEnded, events.VouchingEnded
    ]
    assert can_enter(cast.ben)
    with tenancy.reception():
        assert BackupCode.objects.count() == 0
    assert sorted(mail.to for mail in mailed("Ben can sign in again")) == ["ada@harbour.example", "mallory@meadow.example"]


def test_a_mail_to_an_owner_does_not_leave_once_they_are_none(cast):
    with_app(cast.ben)
    with cast.at_harbour(cast.ada):
        ada, ann = (Membership.objects.select_related("person").get(person=each) for each in (cast.ada, cast.ann))
        change_role(by=ada, member=ann, role=Role.OWNER)
    recovery.ask(person=cast.ben)
    vouching.ask(recovery_id=people.recovery_of(cast.ben).pk, person_id=cast.ben.pk)
    with cast.at_harbour(cast.ada):
        change_role(by=ada, member=ann, role=Role.ADMIN)
    assert [mail.to for mail in mailed("Ben lost their second factor")] == ["ada@harbour.example"]


def test_all_sessions_end(cast):
    secret, _ = with_app(cast.ben)
    inside = signing_in(cast.ben)
    inside.post("/accounts/login/factor/", {"code": code_of(secret)})
    assert inside.get("/me/").status_code == 200
    asked_by(cast.ben)
    word_of(cast, cast.ada, cast.at_harbour)
    assert inside.get("/me/").status_code == 302


def test_after_72_hours_the_clock_lets_them_in_and_not_before(cast, lost):
    with clock.frozen():
        clock.advance(HOURS - timedelta(minutes=1))
        waits.sweep(), run_jobs()
        assert people.has_factor(cast.ben.pk)
        clock.advance(timedelta(minutes=2))
        waits.sweep(), run_jobs()
        waits.sweep(), run_jobs()
    assert (people.has_factor(cast.ben.pk), can_enter(cast.ben)) == (False, True)
    assert len(mailed("Ben can sign in again")) == 2


def test_the_mail_cancels_it_without_signing_in(cast, lost, client, announced):
    link = re.search(r"/recovery/\S+", mailed("Your second factor will be removed")[0].text)[0]
    assert client.get(link).status_code == 200
    assert people.recovery_of(cast.ben)  # looking changes nothing: mail programs look, too
    announced.clear()
    assert client.post(link).status_code == 200
    assert (client.post(link).status_code, people.recovery_of(cast.ben)) == (410, None)
    run_jobs()
    assert [type(each) for each in announced] == [accounts.RecoveryCanceled] + [events.VouchingEnded] * 2
    with cast.at_harbour(cast.ada), pytest.raises(Gone):
        by = Membership.objects.select_related("person").get(person=cast.ada)
        vouching.give(vouching=Vouching.objects.select_related("person").get(), by=by)
    with clock.frozen():
        clock.advance(HOURS * 2)
        waits.sweep(), run_jobs()
    assert people.has_factor(cast.ben.pk)


def test_whoever_shows_the_factor_has_not_lost_it(cast, lost):
    factors.accept_code(person=cast.ben, code=code_of(lost))
    assert people.recovery_of(cast.ben) is None


def test_one_request_at_a_time(cast, lost):
    with pytest.raises(Refusal, match="asked already"):
        recovery.ask(person=cast.ben)
    with pytest.raises(Refusal, match="no second factor"):
        recovery.ask(person=cast.cleo)


def test_nobody_asks_without_the_password_and_the_code(cast, client):
    with_app(cast.ben)
    assert client.post(LOST).url == "/accounts/login/"
    browser = signing_in(cast.ben)
    assert browser.post(LOST, {"code": "AAAAAA"}).status_code == 422
    browser.post(LOST)
    code = code_in(mailed("is your Operant code")[0].text)
    statuses = [browser.post(LOST, {"code": wrong}).status_code for wrong in ("AAAAAA", "BBBBBB", "CCCCCC", code)]
    assert (statuses, people.recovery_of(cast.ben)) == ([422] * 4, None)


def test_a_code_is_good_for_ten_minutes_in_its_own_session(cast):
    with_app(cast.ben)
    first, second = signing_in(cast.ben), signing_in(cast.ben)
    with clock.frozen():
        first.post(LOST)
        code = code_in(mailed("is your Operant code")[0].text)
        assert second.post(LOST, {"code": code}).status_code == 422
        clock.advance(timedelta(minutes=10, seconds=1))
        assert first.post(LOST, {"code": code}).status_code == 422
    assert people.recovery_of(cast.ben) is None


def test_three_codes_an_hour(cast):
    with_app(cast.ben)
    assert [signing_in(cast.ben).post(LOST).status_code for _ in range(4)] == [302, 302, 302, 429]


def test_nobody_vouches_for_themselves(cast):
    with_app(cast.ada)
    asked_by(cast.ada)
    with pytest.raises(NotAllowed):
        word_of(cast, cast.ada, cast.at_harbour)


def test_an_owner_confirms_on_the_people_page(cast, lost, signed_in):
    ada = signing_in(cast.ada)
    page = ada.get("/o/harbour/people/").content.decode()
    assert "Lost second factors" in page
    with cast.at_harbour():
        address = reverse("vouching", args=["harbour", Vouching.objects.get().pk])
    assert signed_in(cast.ann).post(address).status_code == 403
    assert "Lost second factors" not in signed_in(cast.ann).get("/o/harbour/people/").content.decode()
    assert signed_in(cast.ada).post(address).url.startswith("/accounts/reauthenticate/")
    assert ada.post(address).url == "/o/harbour/people/"
    assert ada.post(address).status_code == 410
    assert "Confirmed by Ada" in ada.get("/o/harbour/people/").content.decode()


def test_being_asked_twice_changes_nothing(cast, lost, announced):
    announced.clear()
    open_one = people.recovery_of(cast.ben)
    for _ in range(2):
        queue.defer("organizations.ask_to_vouch", recovery_id=open_one.pk, person_id=cast.ben.pk)
        queue.defer("organizations.settle_vouchings", recovery_id=open_one.pk, person_id=cast.ben.pk)
    run_jobs()
    assert (announced, people.has_factor(cast.ben.pk)) == ([], True)


def test_a_request_is_seen_in_the_operators_scope_only(cast, lost):
    with cast.at_harbour(cast.ada):
        assert Recovery.objects.count() == 0
    with tenancy.organization_scope(tenancy.OPERATOR):
        assert Recovery.objects.count() == 1
