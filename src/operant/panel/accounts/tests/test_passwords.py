"""Passwords as they are kept: Argon2id, each with a salt of its own, made anew when the parameters rise."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from operant.panel.accounts import actions, queries
from operant.panel.accounts.models import Person
from operant.platform.messaging import outbox
from operant.testing.cast import PASSWORD
from operant.testing.mail import code_in
from operant.testing.queue import run_jobs

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


@pytest.mark.parametrize("password", ["correct horse", "ünïcödé wörds", "😀" * 12, "x1" * 500, "<script>alert(1)</script>"])
def test_any_composition_is_taken(cast, password):
    ben = entered("ben@harbour.example", PASSWORD)
    ben.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password})
    assert entered("ben@harbour.example", password).get("/me/").status_code == 200


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
