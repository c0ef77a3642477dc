import email
import email.policy

import pytest

from operant.platform import clock, messaging
from operant.platform.messaging import GATES
from operant.platform.messaging.models import Message
from operant.testing.queue import run_jobs
from operant.testing.smtp import mail_server

WORDS = {"organization": "Harbour", "inviter": "Ada", "role": "editor", "link": "https://x.example", "expires_at": clock.now()}
NEWS = {"heading": "Lobby went offline", "lines": [{"sentence": "Lobby went offline", "at": "now", "link": "", "more": []}]}
TO = {"to": "ben@harbour.example"}


@pytest.fixture
def server(settings, cast):
    run_jobs()
    with mail_server() as opened:
        settings.SMTP_URL = opened.url
        yield opened


@pytest.fixture
def gate():
    """What the one gate of a test answers."""
    answers = [""]
    GATES.append(asked := lambda message: answers[0])
    yield answers
    GATES.remove(asked)


def test_a_mail_without_one_of_the_uses_is_not_sent(cast):
    with cast.at_harbour():
        for category in ("", "marketing", "notice"):
            with pytest.raises(LookupError):
                messaging.send_mail(**TO, template="invitation", context=WORDS, category=category)
        assert Message.objects.count() == 0


def test_a_template_is_not_put_to_another_use(cast):
    from django.template import TemplateDoesNotExist

    with cast.at_harbour(), pytest.raises(TemplateDoesNotExist):
        messaging.send_mail(**TO, template="invitation", context=WORDS, category="reset")


@pytest.mark.parametrize("missing", ["unsubscribe", "person_id"])
def test_what_is_not_essential_needs_a_person_and_a_link_that_ends_it(cast, missing):
    given = {"unsubscribe": "https://x.example/u/1", "person_id": cast.ben.pk}
    del given[missing]
    with cast.at_harbour(), pytest.raises(ValueError, match="not essential"):
        messaging.send_mail(**TO, template="news", context=NEWS, category="screens", **given)


@pytest.mark.parametrize("origin", ["https://x.example", "https://operant.a-firm-with-a-rather-long-name.example.com"])
def test_what_is_not_essential_carries_its_end_in_head_and_text(cast, server, origin):
    link = f"{origin}/u/{'a' * 36}"
    with cast.at_harbour():
        messaging.send_mail(
            **TO, template="news", context=NEWS, category="screens", person_id=cast.ben.pk, unsubscribe=link
        )
    run_jobs()
    (raw,) = server.mails
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (f"<{link}>", "List-Unsubscribe=One-Click")
    assert f"<{link}>".encode() in raw, "the link is in one piece"
    assert f"Stop these mails: {link}" in mail.get_body(("plain",)).get_content()
    assert f'href="{link}"' in mail.get_body(("html",)).get_content()


def test_what_is_essential_carries_none(cast, server):
    with cast.at_harbour():
        messaging.send_mail(**TO, template="invitation", context=WORDS, category="account")
    run_jobs()
    (mail,) = map(email.message_from_bytes, server.mails)
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (None, None)


def test_a_gate_keeps_a_mail_that_was_queued(cast, server, gate):
    with cast.at_harbour():
        message = messaging.send_mail(**TO, template="invitation", context=WORDS, category="account")
    gate[0] = "Not any more."
    run_jobs()
    with cast.at_harbour():
        message.refresh_from_db()
        assert (message.state, message.error, server.connections) == ("withheld", "Not any more.", 0)
