"""Sign-in with an account elsewhere, against a provider that runs on this machine and is made to lie."""

from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client

from operant.panel.accounts import events, oidc, queries
from operant.panel.accounts.adapter import SECOND_FACTOR, AccountAdapter
from operant.panel.accounts.models import Person, SignIn, SignUp
from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Organization, Role
from operant.panel.organizations.queries import without_factor
from operant.platform import clock
from operant.platform.messaging import outbox
from operant.testing import api, provider
from operant.testing.cast import PASSWORD
from operant.testing.mail import link_in
from operant.testing.queue import run_jobs


def entered(email: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


# Without a provider


def test_without_a_provider_there_is_no_button_and_no_address(cast, signed_in):
    assert "accounts/oidc" not in Client().get("/accounts/login/").content.decode()
    for path in ("/accounts/oidc/callback", "/accounts/oidc/sign-up/", "/me/identities/", "/me/identities/offer"):
        assert signed_in(cast.ben).get(path).status_code == 404
    for path in ("/accounts/oidc/", "/me/identities/1/removal", "/accounts/reauthenticate/oidc/"):
        assert signed_in(cast.ben).post(path).status_code == 404


# People we know


def test_whoever_has_connected_an_account_signs_in_with_it(cast, there, known):
    browser = Client()
    assert "Sign in with Harbour ID" in browser.get("/accounts/login/").content.decode()
    assert provider.come(browser, "b-1")["Location"] == "/"
    assert provider.who(browser) == str(cast.ben.pk)


def test_what_is_asked_for_holds_state_nonce_and_challenge(there, known, settings):
    browser = Client()
    left = browser.post("/accounts/oidc/?scope=admin&auth_params=redirect_uri%3Dhttps://evil.example%26nonce%3Dmine")
    asked = provider.asked_for(left)
    assert asked.keys() == {
        "client_id", "redirect_uri", "scope", "response_type", "state", "nonce", "code_challenge", "code_challenge_method",
    }  # fmt: skip
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (f"{settings.PUBLIC_URL}/accounts/oidc/callback", "S256")
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert (len(asked["nonce"]), asked["nonce"] != "mine", "frame" in left.headers) == (43, True, False)
    browser.get(provider.returning(left, "b-1"))
    (heard,) = there.heard
    assert provider.challenge_of(heard["code_verifier"]) == asked["code_challenge"]


def test_nothing_of_the_provider_is_kept_but_who_it_was(there, known):
    provider.come(Client(), "b-1")
    known.refresh_from_db()
    assert known.extra_data == {"email": "ben@harbour.example"}
    assert (SocialToken.objects.count(), SocialApp.objects.count()) == (0, 0)


def test_somebody_whose_account_is_switched_off_stays_out(cast, there, known):
    Person.objects.filter(pk=cast.ben.pk).update(is_active=False)
    browser = Client()
    assert provider.come(browser, "b-1")["Location"] == "/accounts/inactive/"
    assert provider.who(browser) is None


def test_people_are_led_to_pages_of_this_house_only(there, known):
    for asked, led in (("/me/", "/me/"), ("https://evil.example/", "/"), ("//evil.example/", "/")):
        assert provider.come(Client(), "b-1", begin=f"/accounts/oidc/?next={asked}")["Location"] == led


def test_another_issuer_finds_nobody_of_the_first(cast, there, known, settings):
    settings.OIDC = replace(settings.OIDC, issuer="https://other.example")
    assert oidc.app().provider_id != known.provider


# People with an account here that is not connected


def test_an_address_alone_lets_nobody_in(cast, there):
    browser = Client()
    assert provider.come(browser, "b-1")["Location"] == "/accounts/login/?next=%2Fme%2Fidentities%2Foffer"
    assert (provider.who(browser), SocialAccount.objects.count()) == (None, 0)


def test_after_signing_in_it_is_offered_and_connected_by_a_click(cast, there, announced):
    browser = Client()
    led = provider.come(browser, "b-1")["Location"]
    assert browser.post(led, {"login": provider.BEN["email"], "password": PASSWORD})["Location"] == "/me/identities/offer"
    assert "Connect with Harbour ID?" in browser.get("/me/identities/offer").content.decode()
    assert SocialAccount.objects.count() == 0
    assert browser.post("/me/identities/offer")["Location"] == "/me/identities/"
    assert SocialAccount.objects.get(uid="b-1").user == cast.ben
    assert announced[-1] == events.IdentityConnected(name="Ben", provider="Harbour ID")
    run_jobs()
    mail = outbox.latest()[0]
    assert (mail.to, "can sign in with Harbour ID as well" in mail.text) == (provider.BEN["email"], True)
    assert browser.post("/me/identities/offer").status_code == 410


def test_what_somebody_left_behind_in_a_browser_is_offered_to_nobody_else(cast, there):
    browser = Client()
    provider.come(browser, "b-1")
    browser.post("/accounts/login/", {"login": "cleo@harbour.example", "password": PASSWORD})
    assert browser.post("/me/identities/offer").status_code == 410
    assert SocialAccount.objects.count() == 0


def test_an_offer_ends_after_ten_minutes(cast, there):
    browser = Client()
    provider.come(browser, "b-1")
    browser.post("/accounts/login/", {"login": provider.BEN["email"], "password": PASSWORD})
    with clock.frozen(clock.now() + timedelta(seconds=601)):
        assert browser.get("/me/identities/offer").status_code == 410


def trusting(settings):
    settings.OIDC = replace(settings.OIDC, is_trusted=True, domains=frozenset({"harbour.example", "quay.example"}))


def test_of_a_trusted_provider_the_address_is_enough(cast, there, settings):
    trusting(settings)
    browser = Client()
    assert provider.come(browser, "b-1")["Location"] == "/"
    assert (provider.who(browser), SocialAccount.objects.get().user) == (str(cast.ben.pk), cast.ben)


def test_an_address_that_was_never_confirmed_here_is_not_enough(cast, there, settings):
    """Somebody signed up with another's address: they would share the account."""
    trusting(settings)
    EmailAddress.objects.filter(user=cast.ben).update(verified=False)
    browser = Client()
    provider.come(browser, "b-1")
    assert (provider.who(browser), SocialAccount.objects.count()) == (None, 0)


# Somebody new


def test_somebody_new_names_their_organization(cast, there, announced):
    browser = Client()
    form = provider.come(browser, "d-1")["Location"]
    assert form == "/accounts/oidc/sign-up/"
    page = browser.get(form)
    assert "Harbour ID says who you are." in page.content.decode()
    assert page.context["form"].initial == {"email": provider.DORA["email"], "name": "Dora"}
    given = {"name": "Dora", "email": "ada@harbour.example", "organization": "Quay"}
    assert browser.post(form, given)["Location"] == "/"
    dora = Person.objects.get(email=provider.DORA["email"])
    assert (provider.who(browser), dora.name, dora.has_usable_password()) == (str(dora.pk), "Dora", False)
    assert [(each.email, each.verified) for each in EmailAddress.objects.filter(user=dora)] == [(dora.email, True)]
    assert announced[0] == events.IdentityConnected(name="Dora", provider="Harbour ID")
    assert list(SignUp.objects.values_list("person", "verdict")) == [(dora.pk, SignUp.Verdict.ADMITTED)]
    again = Client()
    provider.come(again, "d-1")
    assert provider.who(again) == str(dora.pk)


@pytest.mark.parametrize("policy", ["invited", "nobody"])
def test_a_closed_house_takes_nobody_new(there, settings, policy):
    settings.SIGN_UP = policy
    browser = Client()
    assert "Sign-up is closed here" in provider.come(browser, "d-1").content.decode()
    assert browser.get("/accounts/oidc/sign-up/")["Location"] == "/accounts/login/"
    assert not Person.objects.filter(email=provider.DORA["email"]).exists()


def test_whoever_is_invited_joins_and_founds_nothing(cast, there, settings):
    settings.SIGN_UP = "invited"
    with cast.at_harbour(cast.ada):
        ada = Membership.objects.select_related("person").get(person=cast.ada)
        organizations.invite(by=ada, email=provider.DORA["email"], role=Role.VIEWER)
    run_jobs()
    browser, link = Client(), "/" + link_in(outbox.latest()[0].text).split("/", 3)[3]
    browser.get(link)
    form = provider.come(browser, "d-1")["Location"]
    browser.post(form, {"name": "Dora"})
    browser.post(link)
    with cast.at_harbour():
        assert Membership.objects.get(person__email=provider.DORA["email"]).role == "viewer"


# Who may not come


@pytest.mark.parametrize("said", [False, "false", None, "yes", 1.5])
def test_an_address_that_is_not_confirmed_there_counts_for_nothing(there, known, said):
    there.knows("b-1", **provider.BEN | {"email_verified": said})
    browser = Client()
    assert provider.sentence(provider.come(browser, "b-1")) == (
        403, "Harbour ID has not confirmed your mail address. Have it confirmed there first."
    )
    assert provider.who(browser) is None


def test_without_an_address_nobody_comes(there, known):
    there.knows("b-1", name="Ben")
    assert provider.come(Client(), "b-1").status_code == 403


def test_a_trusted_provider_may_say_nothing_and_not_the_contrary(cast, there, settings):
    trusting(settings)
    for said, comes in ((None, str(cast.ben.pk)), (False, None)):
        silent = {name: value for name, value in provider.BEN.items() if name != "email_verified"}
        there.knows("b-1", **silent | ({} if said is None else {"email_verified": said}))
        browser = Client()
        provider.come(browser, "b-1")
        assert provider.who(browser) == comes


@pytest.mark.parametrize("email", ["ben@evil.example", "ben@harbour.example.evil.example", "ben@sub.harbour.example"])
def test_people_of_other_domains_stay_out(there, known, settings, email):
    settings.OIDC = replace(settings.OIDC, domains=frozenset({"harbour.example"}))
    there.knows("b-1", **provider.BEN | {"email": email})
    assert provider.sentence(provider.come(Client(), "b-1")) == (
        403, f"People with an address like {email} cannot sign in here with Harbour ID."
    )
    assert refused() == [("Ben", "wrong_address", "oidc")]


def refused():
    return [(each.person.name, each.result, each.factor) for each in SignIn.objects.exclude(result="ok")]


# The second factor


@pytest.mark.parametrize(
    ("asks", "method", "skipped"),
    [(True, "socialaccount", True), (False, "socialaccount", False), (True, "password", False)],
)
def test_the_second_factor_is_left_to_a_provider_that_asks_for_it(cast, there, settings, rf, monkeypatch, asks, method, skipped):
    settings.OIDC = replace(settings.OIDC, asks_second_factor=asks)
    stages = ["allauth.account.stages.EmailVerificationStage", "allauth.mfa.stages.AuthenticateStage"]
    monkeypatch.setattr(DefaultAccountAdapter, "get_login_stages", lambda self: list(stages))
    request = rf.get("/accounts/oidc/callback")
    request.session = Client().session
    record_authentication(request, cast.ben, method, provider=oidc.app().provider_id, uid="b-1")
    with context.request_context(request):
        doors = AccountAdapter(request)
        doors.pre_login(
            request, cast.ben, email_verification="none", signal_kwargs=None, email=None, signup=False, redirect_url=None
        )
        assert doors.get_login_stages() == (stages[:1] if skipped else [stages[0], SECOND_FACTOR])


@pytest.mark.parametrize(("asks", "status"), [(True, 200), (False, 302)])
def test_an_organization_that_requires_a_second_factor_believes_such_a_provider(cast, there, known, settings, asks, status):
    settings.OIDC = replace(settings.OIDC, asks_second_factor=asks)
    with cast.at_harbour(cast.ada):
        Organization.objects.update(second_factor_from=clock.now())
    ben = Client()
    provider.come(ben, "b-1")
    assert ben.get("/o/harbour/dashboards/").status_code == status
    assert ("requires a second factor" in ben.get("/me/security/").content.decode()) == (not asks)


@pytest.mark.parametrize(("asks", "status"), [(True, 200), (False, 403)])
def test_so_do_tokens_of_whom_it_vouches_for(cast, there, known, settings, asks, status):
    settings.OIDC = replace(settings.OIDC, asks_second_factor=asks)
    with cast.at_harbour(cast.ada):
        Organization.objects.update(second_factor_from=clock.now())
        Membership.objects.filter(person=cast.ben).update(role=Role.ADMIN)
        assert ("Ben" in [each.person.name for each in without_factor()]) == (not asks)
    assert api.program(cast.at_harbour, cast.ben).get("token").status_code == status
    assert api.program(cast.at_harbour, cast.ann).get("token").status_code == 403


# Connecting and disconnecting


def test_connecting_needs_somebody_who_proved_who_they_are(cast, there, signed_in):
    assert signed_in(cast.ben).post("/me/identities/")["Location"].startswith("/accounts/reauthenticate/")
    ben = entered(provider.BEN["email"])
    assert provider.come(ben, "b-1", begin="/me/identities/")["Location"] == "/me/identities/"
    assert SocialAccount.objects.get().user == cast.ben
    page = ben.get("/me/identities/").content.decode()
    assert ("Sign in with Harbour ID" in page, page.count("ben@harbour.example") > 1) == (True, True)


def test_an_account_elsewhere_is_one_persons(cast, there, known):
    cleo = entered("cleo@harbour.example")
    provider.come(cleo, "b-1", begin="/me/identities/")
    assert "Somebody signs in with that account at Harbour ID already." in cleo.get("/me/identities/").content.decode()
    assert SocialAccount.objects.get().user == cast.ben


def test_disconnecting_ends_it(cast, there, known, announced):
    ben = entered(provider.BEN["email"])
    assert ben.post(f"/me/identities/{known.pk}/removal")["Location"] == "/me/identities/"
    assert announced[-1] == events.IdentityDisconnected(name="Ben", provider="Harbour ID")
    assert ben.post(f"/me/identities/{known.pk}/removal").status_code == 410


def test_nobody_disconnects_anothers(cast, there, known):
    assert entered("mallory@meadow.example").post(f"/me/identities/{known.pk}/removal").status_code == 410
    assert SocialAccount.objects.filter(pk=known.pk).exists()


def test_the_only_way_in_stays(cast, there, known):
    provider.only_there(cast.ben)
    ben = Client()
    provider.come(ben, "b-1")
    answer = ben.post(f"/me/identities/{known.pk}/removal")
    assert (answer.status_code, "It is your only way in." in answer.content.decode()) == (409, True)
    assert SocialAccount.objects.filter(pk=known.pk).exists()


def test_a_passkey_is_a_way_in_as_well(cast, there, known):
    provider.only_there(cast.ben)
    assert not queries.can_enter_without(cast.ben, known)
    Authenticator.objects.create(user=cast.ben, type=Authenticator.Type.TOTP, data={})
    assert not queries.can_enter_without(cast.ben, known)
    Authenticator.objects.create(user=cast.ben, type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop"})
    assert queries.can_enter_without(cast.ben, known)
