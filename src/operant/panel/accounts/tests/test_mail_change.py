from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from operant.panel.accounts import events
from operant.panel.accounts.actions import mail as actions
from operant.panel.accounts.models import MailChange, Person
from operant.platform import clock, tenancy
from operant.platform.messaging import outbox
from operant.platform.refusals import Gone, Refusal
from operant.testing import ingest
from operant.testing.cast import PASSWORD
from operant.testing.mail import code_in
from operant.testing.queue import run_chore, run_jobs

NEW = "benedict@harbour.example"
OLD = "ben@harbour.example"


@pytest.fixture
def ben(cast) -> Client:
    """Ben, who has typed his password just now."""
    run_jobs()
    return entered(OLD)


def entered(email: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


def mailed(to: str) -> outbox.Mail:
    run_jobs()
    return next(each for each in outbox.latest() if each.to == to)


def asked(client: Client, address: str = NEW) -> dict[str, str]:
    """Ask for a change, and return what the two mails said."""
    assert client.post("/me/mail/", {"address": address})["Location"] == "/me/mail/"
    return {"old": code_in(mailed(OLD).text), "new": code_in(mailed(address.lower()).text)}


def address_of(person) -> str:
    return Person.objects.get(pk=person.pk).email


def test_both_addresses_make_the_change(cast, ben, announced):
    codes = asked(ben)
    assert address_of(cast.ben) == OLD
    assert ben.post("/me/mail/confirmation", codes)["Location"] == "/me/mail/"
    assert address_of(cast.ben) == NEW
    assert [(each.email, each.verified, each.primary) for each in EmailAddress.objects.filter(user=cast.ben)] == [
        (NEW, True, True)
    ]
    assert announced[-1] == events.MailChanged(name="Ben", before=OLD, now=NEW)
    assert not MailChange.objects.exists()


def test_one_after_the_other_is_as_good(cast, ben):
    codes = asked(ben)
    ben.post("/me/mail/confirmation", {"new": codes["new"].lower().replace("-", " ")})
    assert address_of(cast.ben) == OLD
    ben.post("/me/mail/confirmation", {"old": codes["old"]})
    assert address_of(cast.ben) == NEW


@pytest.mark.parametrize("side", ["old", "new"])
def test_one_alone_changes_nothing(cast, ben, side):
    codes = asked(ben)
    ben.post("/me/mail/confirmation", {side: codes[side]})
    # Twice the same, and in the other's place.
    other = {"old": "new", "new": "old"}[side]
    ben.post("/me/mail/confirmation", {side: codes[side]})
    answer = ben.post("/me/mail/confirmation", {other: codes[side]})
    assert (answer.status_code, list(answer.context["codes"].errors)) == (422, [other])
    assert address_of(cast.ben) == OLD


def test_the_old_address_is_told_when_it_is_done(cast, ben):
    ben.post("/me/mail/confirmation", asked(ben))
    told = mailed(OLD)
    assert told.subject == "The address of your Operant account was changed"
    assert f"no longer uses {OLD}. From now on you sign in as {NEW}." in told.text


def test_other_sessions_end_and_this_one_goes_on(cast, ben):
    elsewhere = entered(OLD)
    ben.post("/me/mail/confirmation", asked(ben))
    assert (ben.get("/me/").status_code, elsewhere.get("/me/").status_code) == (200, 302)
    assert entered(OLD).get("/me/").status_code == 302
    assert entered(NEW).get("/me/").status_code == 200


def test_it_is_asked_for_by_whoever_has_just_proved_who_they_are(cast, signed_in):
    left_open = signed_in(cast.ben)
    answer = left_open.post("/me/mail/", {"address": NEW})
    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Fme%2Fmail%2F"
    assert not MailChange.objects.exists()
    left_open.post("/accounts/reauthenticate/?next=/me/mail/", {"password": PASSWORD})
    assert MailChange.objects.get().address == NEW


def test_looking_changes_nothing(cast, ben):
    codes = asked(ben)
    assert ben.get("/me/mail/confirmation", codes).status_code == 405
    assert (ben.get("/me/mail/", codes).status_code, ben.get("/me/mail/cancellation").status_code) == (200, 405)
    assert (address_of(cast.ben), MailChange.objects.count()) == (OLD, 1)


def test_codes_end_after_ten_minutes(cast, ben):
    codes = asked(ben)
    with clock.frozen(clock.now() + timedelta(seconds=600)):
        with pytest.raises(Gone):
            actions.confirm_change(person=cast.ben, codes=codes)
        run_chore("accounts.forget_mail_changes")
    assert address_of(cast.ben) == OLD


def test_codes_of_before_end_when_new_ones_are_sent(cast, ben):
    first = asked(ben)
    with clock.frozen(clock.now() + timedelta(seconds=60)):
        actions.ask_to_change(person=cast.ben, address=NEW)
    answer = ben.post("/me/mail/confirmation", first)
    assert sorted(answer.context["codes"].errors) == ["new", "old"]


def test_a_change_that_was_cancelled_is_over(cast, ben):
    codes = asked(ben)
    ben.post("/me/mail/cancellation")
    with pytest.raises(Gone):
        actions.confirm_change(person=cast.ben, codes=codes)


def test_codes_of_one_person_are_nothing_to_another(cast, ben):
    codes = asked(ben)
    actions.ask_to_change(person=cast.mallory, address=NEW)
    with pytest.raises(actions.WrongCodes):
        actions.confirm_change(person=cast.mallory, codes=codes)
    assert (address_of(cast.ben), address_of(cast.mallory)) == (OLD, "mallory@meadow.example")


def test_five_wrong_codes_end_it(cast, ben):
    codes = asked(ben)
    for _ in range(5):
        assert ben.post("/me/mail/confirmation", {"old": "AAAA-AAAA", "new": codes["new"]}).status_code == 422
    ben.post("/me/mail/confirmation", codes)
    assert address_of(cast.ben) == OLD


@pytest.mark.parametrize("given", [OLD, OLD.upper(), f" {OLD} "])
def test_the_address_somebody_has_is_no_new_one(ben, given):
    answer = ben.post("/me/mail/", {"address": given})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["address"])


@pytest.mark.parametrize(
    "given",
    ["", "nobody", "a@b\r\nBcc: c@d.example", "a@b.example,c@d.example", "x" * 10_000 + "@a.example", "ben\x00@a.example",
     "ben@\u202eelpmaxe.a", "😀@a.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_its_field(ben, given):
    answer = ben.post("/me/mail/", {"address": given})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["address"])
    assert not MailChange.objects.exists()


def test_an_address_that_somebody_has_looks_like_any_other(cast, ben):
    free, taken = ben, entered("cleo@harbour.example")
    pages = []
    for client, address in ((free, "nobody@harbour.example"), (taken, "ADA@harbour.example")):
        answer = client.post("/me/mail/", {"address": address})
        page = client.get("/me/mail/").content.decode()
        pages.append((answer.status_code, answer["Location"], page.count("Code sent to"), "ada@" in page))
    assert pages == [(302, "/me/mail/", 2, False), (302, "/me/mail/", 2, True)]
    told = mailed("ada@harbour.example")
    assert (told.subject, "code" in told.text) == ("Your address was entered for another account", False)


def test_case_makes_no_other_address(cast, ben):
    ben.post("/me/mail/confirmation", asked(ben, "BeneDict@Harbour.example"))
    assert address_of(cast.ben) == NEW
    actions.ask_to_change(person=cast.cleo, address="BENEDICT@harbour.example")
    assert mailed(NEW).subject == "Your address was entered for another account"


def test_of_two_who_want_one_address_the_first_gets_it(cast, ben):
    cleo = entered("cleo@harbour.example")
    mine = asked(ben)
    with clock.frozen(clock.now() + timedelta(seconds=11)):
        actions.ask_to_change(person=cast.cleo, address=NEW)
    theirs = {"old": code_in(mailed("cleo@harbour.example").text), "new": code_in(mailed(NEW).text)}
    ben.post("/me/mail/confirmation", mine)
    with pytest.raises(Refusal, match="belongs to another account now"):
        actions.confirm_change(person=cast.cleo, codes=theirs)
    assert cleo.post("/me/mail/confirmation", theirs)["Location"] == "/me/mail/"
    assert (address_of(cast.ben), address_of(cast.cleo)) == (NEW, "cleo@harbour.example")
    assert not MailChange.objects.exists()


def test_whoever_began_to_sign_up_with_it_keeps_it_from_others(cast, settings):
    settings.SIGN_UP = "open"
    sign_up = {"name": "Dora", "email": NEW, "organization": "Quay", "password1": "lantern-herring-42"}
    Client().post("/accounts/signup/", sign_up)
    actions.ask_to_change(person=cast.ben, address=NEW)
    assert mailed(NEW).subject == "Your address was entered for another account"


def test_there_is_no_other_way_to_a_new_address(cast, ben):
    """allauth's own would take a code from the new address alone."""
    for path, form in (
        ("/accounts/email/", {"email": NEW, "action_add": ""}),
        ("/accounts/confirm-email/", {"action": "change", "email": NEW}),
    ):
        ben.post(path, form)
        ben.get(path)
    assert [each.email for each in EmailAddress.objects.filter(user=cast.ben)] == [OLD]


def test_codes_are_kept_as_hashes(cast, ben):
    codes = asked(ben)
    kept = str(MailChange.objects.values().get())
    assert not any(code in kept or code.replace("-", "") in kept for code in codes.values())


def test_the_same_codes_at_once_make_one_change(committed):
    person = committed.ben
    actions.ask_to_change(person=person, address=NEW)
    codes = {"old": code_in(mailed(OLD).text), "new": code_in(mailed(NEW).text)}
    gate, outcomes = Barrier(2), []

    def confirm() -> None:
        try:
            with tenancy.reception():
                asking = Person.objects.get(pk=person.pk)
            gate.wait()
            outcomes.append(actions.confirm_change(person=asking, codes=codes))
        except Gone:
            outcomes.append("gone")
        finally:
            connection.close()

    threads = [Thread(target=confirm) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(map(str, outcomes)) == ["True", "gone"]


@pytest.fixture
def committed(django_db_setup, django_db_blocker, settings):
    """The cast, really committed: other connections see it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), ingest.committed() as made:
        yield made
