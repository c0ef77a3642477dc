import pytest

from operant.config import bodies
from operant.testing import asgi


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(bodies, "MOST", 1000)


def test_a_body_that_says_it_is_too_large_is_not_read(db, small):
    answer = asgi.ask("POST", "/relay/hello", b"{}", content_length="1001")
    assert answer.status == 413
    assert answer.all("content-security-policy") != []


def test_a_body_that_does_not_say_how_large_it_is_ends_at_the_limit(db, small):
    assert asgi.ask("POST", "/relay/hello", b"x" * 1001, content_length="").status == 413


def test_a_body_within_the_limit_is_answered(db, small):
    assert asgi.ask("POST", "/relay/hello", b"x" * 1000).status == 422


def test_only_uploads_of_somebody_with_a_session_may_be_large(cast, small, settings):
    settings.FILE_LIMIT = 2000
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000, cookie="ot-session=x").status != 413
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3300, cookie="ot-session=x").status == 413
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000).status == 413
    assert asgi.ask("POST", "/o/harbour/dashboards/", b"x" * 1001, cookie="ot-session=x").status == 413
