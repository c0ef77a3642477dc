"""Whoever has no password proves elsewhere that it is still them."""

from datetime import timedelta

import pytest
from django.test import Client

from operant.panel.accounts.models import Person, SignIn
from operant.platform import clock
from operant.testing import provider

NOT_ASKED = "Harbour ID did not ask you to sign in again, or you did so as somebody else."


def test_whoever_has_no_password_proves_it_there(cast, there, known):
    provider.only_there(cast.ben)
    ben = Client()
    provider.come(ben, "b-1")
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        asked = ben.post("/me/mail/", {"address": "new@harbour.example"})["Location"]
        assert asked == "/accounts/reauthenticate/oidc/?next=%2Fme%2Fmail%2F"
        left = ben.post(asked)
        assert (provider.asked_for(left)["prompt"], provider.asked_for(left)["max_age"]) == ("login", "0")
    back = ben.get(provider.returning(left, "b-1"))["Location"]
    assert ben.get(back).context["is_proved"]
    assert ben.post(back)["Location"] == "/me/mail/"
    assert ben.get("/me/mail/").context["asked"].address == "new@harbour.example"


def test_a_first_password_is_set_by_whoever_proves_it(cast, there, known):
    provider.only_there(cast.ben)
    ben, given = Client(), {"password1": "lantern-herring-42", "password2": "lantern-herring-42"}
    provider.come(ben, "b-1")
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert ben.post("/accounts/password/set/", given)["Location"].startswith("/accounts/reauthenticate/oidc/")
    assert not Person.objects.get(pk=cast.ben.pk).has_usable_password()
    ben.post("/accounts/password/set/", given)
    assert Person.objects.get(pk=cast.ben.pk).check_password("lantern-herring-42")


def test_proving_it_as_somebody_else_proves_nothing(cast, there, known):
    provider.only_there(cast.ben)
    ben = Client()
    provider.come(ben, "b-1")
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        left = ben.post("/accounts/reauthenticate/oidc/")
    there.knows("a-1", **provider.DORA | {"email": "ada@harbour.example"})
    assert provider.sentence(ben.get(provider.returning(left, "a-1"))) == (403, NOT_ASKED)
    refused = SignIn.objects.exclude(result="ok").get()
    assert (refused.person.name, refused.result, refused.factor) == ("Ben", "not_confirmed", "oidc")


@pytest.mark.parametrize("lie", [
    lambda claims: claims.update(auth_time=provider.soon() - 1200), lambda claims: claims.update(auth_time=float("nan")),
    lambda claims: claims.update(auth_time=provider.soon() + 1200),
])  # fmt: skip
def test_a_sign_in_of_another_time_proves_nothing(cast, there, known, lie):
    assert provider.sentence(proving(cast, there, lie)) == (403, NOT_ASKED)


def test_a_provider_that_does_not_say_when_proves_nothing(cast, there, known):
    told = "Harbour ID did not say when you signed in there. Whoever runs this installation can change that."
    assert provider.sentence(proving(cast, there, lambda claims: claims.pop("auth_time"))) == (403, told)


def proving(cast, there, lie):
    provider.only_there(cast.ben)
    ben = Client()
    provider.come(ben, "b-1")
    there.forge(lie)
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        left = ben.post("/accounts/reauthenticate/oidc/")
    return ben.get(provider.returning(left, "b-1"))
