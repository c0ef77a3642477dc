import json
from types import SimpleNamespace

import pytest

from operant.platform import refusals
from operant.platform.ui import errors, middleware, navigation

STATUSES = sorted(errors.EXPLANATIONS)


@pytest.fixture
def signed_in(ask):
    request = ask()
    request.user = SimpleNamespace(is_authenticated=True, name="Ada", email="ada@harbour.example")
    return request


@pytest.mark.parametrize("status", STATUSES)
def test_a_page_says_what_happened_what_it_means_and_what_to_do(ask, status):
    answer = errors.respond(ask(), status)
    page, explanation = answer.content.decode(), errors.EXPLANATIONS[status]
    assert answer.status_code == status
    assert [text in page for text in (explanation.title, explanation.meaning, explanation.advice)] == [True] * 3
    assert page.count("<h1") == 1 and 'class="ot-public"' in page


@pytest.mark.parametrize("status", STATUSES)
def test_whoever_is_signed_in_stays_in_the_shell(signed_in, status):
    assert 'class="ot-shell"' in errors.respond(signed_in, status).content.decode()


def test_a_shell_that_cannot_be_drawn_gives_way_to_the_public_page(signed_in, monkeypatch):
    def broken(*arguments, **options):
        raise RuntimeError

    signed_in.organization = SimpleNamespace(name="Harbour", slug="harbour")
    monkeypatch.setattr(navigation, "sections", broken)
    page = errors.respond(signed_in, 404).content.decode()
    assert 'class="ot-public"' in page and errors.EXPLANATIONS[404].title in page


def test_programs_get_json(ask):
    answer = errors.respond(ask(accept="application/json"), 404)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert json.loads(answer.content) == {"error": "not_found", "message": errors.EXPLANATIONS[404].meaning}


def test_browsers_and_the_undecided_get_a_page(ask):
    for accept in ("text/html,application/xhtml+xml,*/*;q=0.8", "*/*"):
        assert errors.respond(ask(accept=accept), 404)["Content-Type"].startswith("text/html")


def test_htmx_gets_a_message_beside_what_it_wanted_to_replace(ask):
    answer = errors.respond(ask(**{"HX-Request": "true"}), 409, sentence="It was sold <b>already</b>.")
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (409, "#toasts", "beforeend")
    assert 'role="alert"' in answer.content.decode()
    assert "It was sold &lt;b&gt;already&lt;/b&gt;." in answer.content.decode()


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (refusals.Refusal("No."), 409),
        (refusals.NotAllowed("No."), 403),
        (refusals.NotFound("No."), 404),
        (refusals.Gone("No."), 410),
        (refusals.Invalid("No."), 422),
        (refusals.TooMany("No.", retry_after=7), 429),
    ],
)
def test_a_refusal_becomes_its_status_its_code_and_its_sentence(ask, refusal, status):
    refuses = middleware.RefusalMiddleware(lambda request: None)
    answer = refuses.process_exception(ask(accept="application/json"), refusal)
    assert answer.status_code == status
    assert json.loads(answer.content) == {"error": refusal.code, "message": "No."}
    assert answer.get("Retry-After") == ("7" if status == 429 else None)
    assert "<p>No.</p>" in refuses.process_exception(ask(), refusal).content.decode()


def test_other_exceptions_are_left_alone(ask):
    assert middleware.RefusalMiddleware(lambda request: None).process_exception(ask(), KeyError()) is None


def test_a_failure_is_answered_without_database_session_or_context(ask, monkeypatch):
    answer = errors.server_error(ask())
    assert answer.status_code == 500 and errors.EXPLANATIONS[500].title in answer.content.decode()

    def broken(*arguments):
        raise OSError

    monkeypatch.setattr(errors, "render_to_string", broken)
    plain = errors.server_error(ask())
    assert (plain.status_code, plain.content.decode().count(errors.EXPLANATIONS[500].title)) == (500, 2)


def test_an_expired_form_is_explained(ask):
    answer = errors.csrf_failure(ask(), "token missing")
    assert answer.status_code == 403 and errors.EXPIRED_FORM.title in answer.content.decode()


def test_too_many_attempts_name_the_wait(ask):
    assert errors.too_many(ask())["Retry-After"] == "60"
