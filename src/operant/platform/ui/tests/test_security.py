import pytest
from django.http import HttpResponse

from operant.platform.ui import middleware, security

BASE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch):
    monkeypatch.setattr(security, "VIEWS", {})
    monkeypatch.setattr(security, "PATHS", {})


def headers(path="/", secure=False):
    return {name.decode(): value.decode() for name, value in security.security_headers(path, secure)}


def test_every_answer_carries_the_base():
    sent = headers()
    assert sent.pop("permissions-policy").split(", ") == [f"{name}=()" for name in security.FEATURES]
    assert sent == {
        "content-security-policy": BASE,
        "referrer-policy": "strict-origin-when-cross-origin",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


def test_only_a_secure_answer_demands_https():
    assert headers(secure=True)["strict-transport-security"] == "max-age=31536000"


def test_an_address_gets_what_was_asked_for_it_and_its_neighbors_do_not():
    security.extend_path("/tv", media_src=["'self'"], features=["fullscreen"])
    for path in ("/tv", "/tv/", "/tv/x"):
        assert headers(path)["content-security-policy"] == f"{BASE}; media-src 'self'"
        assert "fullscreen=(self)" in headers(path)["permissions-policy"]
    assert headers("/tvx")["content-security-policy"] == BASE


def test_a_view_gets_what_it_asked_for_and_is_listed(ask):
    @security.csp(form_action=["https://pay.example"], frame_ancestors=["https://a.example"])
    def pay(request):
        return HttpResponse()

    answer = middleware.SecurityHeaders(pay)(ask("/pay"))
    policy = answer["Content-Security-Policy"]
    assert "form-action 'self' https://pay.example;" in policy
    assert policy.endswith("frame-ancestors https://a.example")
    assert list(security.VIEWS) == [f"{pay.__module__}.{pay.__qualname__}"]


def test_an_unknown_feature_is_refused():
    with pytest.raises(ValueError, match="teleport"):
        security.csp(features=["teleport"])


def test_no_page_is_kept_by_any_cache(ask):
    answers = middleware.SecurityHeaders(lambda request: HttpResponse())
    assert answers(ask())["Cache-Control"] == "private, no-store"


def test_what_an_answer_says_itself_stays(ask):
    kept = middleware.SecurityHeaders(lambda request: HttpResponse(headers={"Cache-Control": "max-age=60"}))
    assert kept(ask())["Cache-Control"] == "max-age=60"
