"""Passwords as they are kept: Argon2id, each with a salt of its own, made anew when the parameters rise."""

from contextlib import nullcontext

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from operant.panel.accounts import actions, queries
from operant.panel.accounts.models import Person
from operant.platform.messaging import outbox
from operant.testing.cast import PASSWORD
from operant.testing.mail import code_in
from operant.testing.queue import run_jobs

COMMON = CommonPasswordValidator().passwords
SAME = "sunken lantern herring"
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"


class Weaker(Argon2PasswordHasher):
    """Argon2id as it was some years ago."""

    time_cost, memory_cost, parallelism = 1, 8192, 1


@pytest.fixture
def kept(cast, settings):
    """Passwords are hashed as outside of tests."""
    settings.PASSWORD_HASHERS = [ARGON2]
    settings.SIGN_UP = "open"
    run_jobs()


def test_through_every_door_a_password_becomes_argon2id_with_its_own_salt(cast, kept):
    Client().post("/accounts/signup/", {"name": "Dora", "email": "dora@quay.example", "organization": "Quay", "password1": SAME})
    actions.set_first_password(person=cast.ben, password=SAME)
    actions.set_first_password(person=cast.ann, password=PASSWORD)
    ann = entered("ann@harbour.example", PASSWORD)
    ann.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": SAME, "password2": SAME})
    reset("mallory@meadow.example")
    doors = ["dora@quay.example", "ben@harbour.example", "ann@harbour.example", "mallory@meadow.example"]
    hashes = [each.password for each in Person.objects.filter(email__in=doors)]
    assert [each.split("$")[:2] for each in hashes] == [["argon2", "argon2id"]] * 4
    assert len({each.split("$")[4] for each in hashes}) == 4
    assert not any(SAME in each for each in hashes)


def test_a_hash_of_before_is_made_anew_at_sign_in(cast, kept):
    old = Weaker().encode(PASSWORD, Weaker().salt())
    Person.objects.filter(pk=cast.ben.pk).update(password=old)
    ben = entered("ben@harbour.example", PASSWORD)
    new = Person.objects.get(pk=cast.ben.pk).password
    assert (old.split("$")[3], new.split("$")[3]) == ("m=8192,t=1,p=1", "m=102400,t=2,p=8")
    assert ben.get("/me/").status_code == 200


def test_a_new_password_ends_the_sessions_elsewhere(cast):
    here, elsewhere = entered("ben@harbour.example", PASSWORD), entered("ben@harbour.example", PASSWORD)
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": SAME, "password2": SAME})
    assert (here.get("/me/").status_code, elsewhere.get("/me/").status_code) == (200, 302)


@pytest.mark.parametrize("change", [{"email": "benedict@harbour.example"}, {"password": "another"}, {"sessions_ended": 1}])
def test_a_code_is_for_the_account_as_it_was_when_asked_for(cast, change):
    kept, early, late = {"password": cast.ben.password, **change}, Client(), Client()
    forms = {}
    for browser in (early, late):
        enter = browser.post("/accounts/password/reset/", {"email": "ben@harbour.example"})["Location"]
        run_jobs()
        forms[browser] = (enter, code_in(outbox.latest()[0].text))
    # One has typed the code already, and one not yet.
    ahead = early.post(forms[early][0], {"code": forms[early][1]}, follow=True).redirect_chain[-1][0]
    Person.objects.filter(pk=cast.ben.pk).update(**change)
    early.post(ahead, {"password1": SAME, "password2": SAME}, follow=True)
    answer = late.post(forms[late][0], {"code": forms[late][1]})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert Person.objects.get(pk=cast.ben.pk).password == kept["password"]


@pytest.mark.parametrize("password", ["correct horse", "ünïcödé wörds", "😀" * 12, "x1" * 500, "<script>alert(1)</script>"])
def test_any_composition_is_taken(cast, password):
    ben = entered("ben@harbour.example", PASSWORD)
    ben.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password})
    assert entered("ben@harbour.example", password).get("/me/").status_code == 200


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_length_is_all_that_is_asked_of_what_nobody_would_guess(password):
    is_taken = len(password) >= 12 and password.lower().strip() not in COMMON
    with nullcontext() if is_taken else pytest.raises(ValidationError):
        validate_password(password)


def test_a_password_is_taken_to_the_letter(cast):
    password = "  blanks at both ends  "
    ben = entered("ben@harbour.example", PASSWORD)
    ben.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password})
    assert [entered("ben@harbour.example", typed).get("/me/").status_code for typed in (password, password.strip())] == [200, 302]


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_fields_say_what_they_are_and_can_be_looked_at(cast, settings, path):
    settings.SIGN_UP = "open"
    text = Client().get(path).content.decode()
    wanted = {"/accounts/login/": "current-password", "/accounts/signup/": "new-password"}[path]
    assert text.count("<ot-password><input") == 1
    assert f'autocomplete="{wanted}"' in text
    assert "onpaste" not in text


def entered(email: str, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": password})
    return client


def reset(email: str) -> None:
    browser = Client()
    enter = browser.post("/accounts/password/reset/", {"email": email})["Location"]
    run_jobs()
    form = browser.post(enter, {"code": code_in(outbox.latest()[0].text)}, follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": SAME, "password2": SAME}, follow=True)
    assert queries.by_mail(email).check_password(SAME)


def test_codes_that_all_come_at_once_are_counted_before_they_are_compared(cast):
    """Each of them finds the session as it was before the others: nothing there says how many there were."""
    browser = Client()
    enter = browser.post("/accounts/password/reset/", {"email": "ben@harbour.example"})["Location"]
    run_jobs()
    code, before = code_in(outbox.latest()[0].text), dict(browser.session)

    def tried(typed: str) -> int:
        kept = browser.session
        kept.update(before)
        kept.save()
        return browser.post(enter, {"code": typed}).status_code

    assert [tried("WRNG-WRNG") for _ in range(20)] == [200] * 20
    assert tried(code) == 429
