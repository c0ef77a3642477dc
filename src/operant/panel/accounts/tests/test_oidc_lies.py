"""A provider that lies, and whoever comes back without having left."""

import pytest
from django.test import Client

from operant.config.env import Provider
from operant.testing import provider

BELIEVED = "Harbour ID answered with something that cannot be believed. The logs say what."


def test_a_forged_token_with_nothing_changed_is_taken(cast, there, known):
    """The control of the next test."""
    there.forge(lambda claims: None)
    browser = Client()
    provider.come(browser, "b-1")
    assert provider.who(browser) == str(cast.ben.pk)


LIES = {
    "the nonce of another sign-in": lambda claims: claims.update(nonce="x" * 43),
    "no nonce": lambda claims: claims.pop("nonce"),
    "another issuer": lambda claims: claims.update(iss="https://evil.example"),
    "another client": lambda claims: claims.update(aud="somebody-else"),
    "two clients, and the other one asked": lambda claims: claims.update(aud=["operant", "other"], azp="other"),
    "over": lambda claims: claims.update(exp=provider.soon() - 1200),
    "from the future": lambda claims: claims.update(iat=provider.soon()),
    "no end": lambda claims: claims.pop("exp"),
    "nobody": lambda claims: claims.pop("sub"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_says_something_else_is_refused(there, known, lie, caplog):
    there.forge(LIES[lie])
    browser = Client()
    assert provider.sentence(provider.come(browser, "b-1")) == (502, BELIEVED)
    assert provider.who(browser) is None
    assert "Sign-in with Harbour ID failed: its token is" in caplog.text


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [("a secret of ours" * 4, "HS256"), (None, "none"), ("another", "RS256")],
)
def test_a_token_that_the_provider_has_not_signed_is_refused(there, known, key, algorithm):
    there.forge(lambda claims: None, key=provider.other_key() if key == "another" else key, algorithm=algorithm)
    browser = Client()
    assert provider.sentence(provider.come(browser, "b-1")) == (502, BELIEVED)
    assert provider.who(browser) is None


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://evil.example"}, {"authorization_endpoint": "http://evil.example/in"},
        {"authorization_endpoint": "javascript:alert(1)"}, {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"}, {"authorization_endpoint": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_provider_that_describes_itself_wrongly_is_not_gone_to(there, lie):
    there.lies["/.well-known/openid-configuration"] = lambda answer: {**answer, **lie}
    assert provider.sentence(Client().post("/accounts/oidc/")) == (502, BELIEVED)


def test_what_it_tells_of_somebody_else_is_not_believed(there, known):
    there.forge(lambda claims: (claims.pop("email"), claims.pop("email_verified")))
    there.lies["/userinfo"] = lambda answer: {**answer, "sub": "d-1"}
    assert provider.sentence(provider.come(Client(), "b-1")) == (502, BELIEVED)


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/jwks", []), ("/jwks", {}), ("/jwks", None), ("/jwks", {"keys": [{"kty": "oct"}]}), ("/oauth2/token", []),
     ("/oauth2/token", "text"), ("/oauth2/token", {"id_token": 7, "access_token": "x"})],
)  # fmt: skip
def test_answers_of_any_shape_are_a_sentence(there, known, path, answer):
    there.lies[path] = lambda _: answer
    assert provider.sentence(provider.come(Client(), "b-1")) == (502, BELIEVED)


# Coming back


def test_nobody_comes_back_who_did_not_leave(there, known):
    browser = Client()
    for address in ("", "?code=x", "?state=x&code=y", "?state=&error=access_denied", "?state=" + "x" * 10_000):
        assert provider.sentence(browser.get("/accounts/oidc/callback" + address))[0] == 400
    assert provider.who(browser) is None


def test_one_browser_does_not_come_back_for_another(there, known):
    mine, yours = Client(), Client()
    back = provider.returning(mine.post("/accounts/oidc/"), "b-1")
    assert provider.sentence(yours.get(back))[0] == 400
    assert provider.who(yours) is None


def test_nobody_comes_back_twice(there, known):
    browser = Client()
    back = provider.returning(browser.post("/accounts/oidc/"), "b-1")
    browser.get(back)
    browser.post("/accounts/logout/")
    assert provider.sentence(browser.get(back))[0] == 400
    assert provider.who(browser) is None


def test_a_code_works_once(there, known):
    browser = Client()
    first = provider.returning(browser.post("/accounts/oidc/"), "b-1")
    browser.get(first)
    thief = Client()
    state = provider.asked_for(thief.post("/accounts/oidc/"))["state"]
    code = first.partition("code=")[2].partition("&")[0]
    assert provider.sentence(thief.get(f"/accounts/oidc/callback?code={code}&state={state}")) == (502, BELIEVED)
    assert provider.who(thief) is None


def test_the_nonce_is_that_of_this_sign_in(there, known):
    browser = Client()
    assert provider.sentence(provider.come(browser, "b-1", nonce="somebody else's")) == (502, BELIEVED)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("access_denied", "You were not signed in at Harbour ID, so you are not signed in here."),
        ("temporarily_unavailable", "Harbour ID refused the sign-in. Begin again, or ask whoever looks after your accounts there."),
    ],
)
def test_a_refusal_is_a_sentence(there, error, told):
    browser = Client()
    state = provider.asked_for(browser.post("/accounts/oidc/"))["state"]
    assert provider.sentence(browser.get(f"/accounts/oidc/callback?error={error}&state={state}")) == (403, told)


def test_a_provider_that_is_away_is_a_sentence(cast, settings):
    with provider.running() as soon_gone:
        settings.OIDC = Provider(soon_gone.issuer, provider.CLIENT_ID, "a secret of ours", "Harbour ID")
        browser = Client()
        back = provider.returning(browser.post("/accounts/oidc/"), "b-1")
    away = (502, "Harbour ID does not answer. Try again in a minute.")
    assert provider.sentence(browser.get(back)) == provider.sentence(browser.post("/accounts/oidc/")) == away
