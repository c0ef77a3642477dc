import email
import email.policy
from datetime import timedelta

import pytest

from operant.platform import clock, messaging, tenancy
from operant.platform.messaging import jobs, outbox, transport
from operant.platform.messaging.models import Message
from operant.platform.queue import waits
from operant.testing.queue import claim, queued, run_jobs
from operant.testing.smtp import mail_server

LINK = "https://operant.example/invitations/1?a=b&c=<d>"
WORDS = {"organization": "Fish & Chips", "inviter": "Ada", "role": "editor", "link": LINK, "expires_at": clock.now()}


@pytest.fixture
def server(settings, cast):
    run_jobs()
    with mail_server() as opened, clock.frozen():
        settings.SMTP_URL = opened.url
        yield opened


@pytest.fixture
def invite(cast):
    def send(to: str = "ben@harbour.example") -> Message:
        with cast.at_harbour():
            messaging.send_mail(to=to, template="invitation", context=WORDS, category="account")
            return Message.objects.get()

    return send


def state_of(cast) -> tuple[str, int]:
    with cast.at_harbour():
        found = Message.objects.get()
        return found.state, found.attempts


def test_a_mail_leaves_with_its_words_in_both_forms(cast, server, invite):
    invite()
    assert run_jobs() == ["messaging.deliver"]
    (mail,) = (email.message_from_bytes(each, policy=email.policy.default) for each in server.mails)
    assert (mail["To"], mail["Auto-Submitted"]) == ("ben@harbour.example", "auto-generated")
    assert "Fish & Chips" in mail["Subject"]
    assert LINK in mail.get_body(("plain",)).get_content()
    assert "Fish &amp; Chips" in mail.get_body(("html",)).get_content()
    assert state_of(cast) == ("accepted", 1)


def test_no_mail_leaves_before_its_transaction_commits(cast, server):
    with pytest.raises(ZeroDivisionError), cast.at_harbour():
        messaging.send_mail(to="ben@harbour.example", template="invitation", context=WORDS, category="account")
        raise ZeroDivisionError
    assert (run_jobs(), server.connections) == ([], 0)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_asks_to_wait_is_asked_again_later(cast, server, invite, verb):
    server.answers[verb] = "451 busy"
    invite()
    run_jobs()
    assert state_of(cast) == ("queued", 1)
    assert (claim("message"), server.connections) == (0, 1)
    clock.advance(timedelta(minutes=3))
    server.answers.clear()
    assert claim("message") == 1
    run_jobs()
    assert (state_of(cast), server.connections) == (("accepted", 2), 2)


def test_a_server_out_of_reach_is_asked_again_but_not_for_ever(cast, server, invite):
    server.answers["HELLO"] = "CUT"
    invite()
    run_jobs()
    for _ in range(10):
        clock.advance(timedelta(hours=2))
        waits.sweep()
        run_jobs()
    assert (state_of(cast), server.connections) == (("failed", 8), 8)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_refuses_for_good_is_believed(cast, server, invite, verb):
    server.answers[verb] = "550 nobody here"
    invite()
    run_jobs()
    assert state_of(cast) == ("failed", 1)
    assert not_sent_again(server) == 1
    with cast.at_harbour():
        assert Message.objects.get().error == "550 nobody here"


def test_a_connection_cut_after_the_mail_was_handed_over_is_unknown_and_never_sent_again(cast, server, invite):
    server.answers["END"] = "CUT"
    invite()
    run_jobs()
    assert (state_of(cast), len(server.mails)) == (("unknown", 1), 1)
    server.answers.clear()
    assert not_sent_again(server) == 1


@pytest.mark.parametrize("goodbye", ["421 go away", "500 what", "CUT"])
def test_what_the_server_says_to_our_goodbye_changes_nothing(cast, server, invite, goodbye):
    server.answers["QUIT"] = goodbye
    invite()
    run_jobs()
    assert state_of(cast) == ("accepted", 1)


def test_a_process_that_dies_while_sending_leaves_unknown(cast, server, invite):
    message = invite()
    with cast.at_harbour():
        assert message.claim()
    assert run_jobs() == ["messaging.deliver"]  # somebody else's turn: it does nothing
    assert (state_of(cast), server.connections) == (("sending", 1), 0)
    clock.advance(timedelta(seconds=61))
    assert claim("message") == 1
    run_jobs()
    assert (state_of(cast), server.connections) == (("unknown", 1), 0)
    assert not_sent_again(server) == 0


def test_a_mail_given_up_too_early_is_tried_again_when_nothing_was_handed_over(cast, server, invite):
    message = invite()
    drop_jobs()
    with cast.at_harbour():
        assert message.claim()
        assert message.settle("unknown", "The clock took it for dead.")
        assert message.postpone("The mail server did not let us in.")
    assert state_of(cast) == ("queued", 1)
    clock.advance(timedelta(minutes=2))
    waits.sweep()
    run_jobs()
    assert (state_of(cast), len(server.mails)) == (("accepted", 2), 1)


def test_a_process_that_dies_before_sending_loses_nothing(cast, server, invite):
    invite()
    drop_jobs()
    clock.advance(timedelta(seconds=61))
    waits.sweep()
    run_jobs()
    assert (state_of(cast), len(server.mails)) == (("accepted", 1), 1)


def test_two_workers_with_one_mail_send_it_once(cast, server, invite):
    message = invite()
    for _ in range(2):
        jobs.deliver(organization_id=str(cast.harbour.pk), ids=[str(message.pk)])
    assert (state_of(cast), len(server.mails)) == (("accepted", 1), 1)


def test_an_address_the_server_cannot_carry_fails_with_a_reason(cast, server, invite):
    invite("jörg@harbour.example")
    run_jobs()
    assert state_of(cast) == ("failed", 1)


@pytest.mark.parametrize(
    "ending", ["\nBcc: all@meadow.example", "\r\nBcc: all@meadow.example", "\rBcc: all@meadow.example"]
)
def test_no_header_is_smuggled_in(cast, server, invite, ending):
    with cast.at_harbour():
        words = {**WORDS, "organization": f"Harbour{ending}"}
        messaging.send_mail(to=f"ben@harbour.example{ending}", template="invitation", context=words, category="account")
    run_jobs()
    headers = [email.message_from_bytes(each).keys() for each in server.mails]
    assert [name for names in headers for name in names if name.lower() == "bcc"] == []


def test_without_a_server_mail_goes_to_the_outbox(cast, invite):
    message = invite()
    run_jobs()
    (mail,) = outbox.latest()
    assert (mail.id, mail.to, state_of(cast)) == (message.pk, "ben@harbour.example", ("accepted", 1))
    assert outbox.mail(message.pk) == mail
    assert outbox.mail(cast.harbour.pk) is None


def test_outside_an_organization_mail_is_the_operators(cast):
    messaging.send_mail(to="ben@harbour.example", template="invitation", context=WORDS, category="account")
    with cast.at_harbour():
        assert Message.objects.count() == 0
    with tenancy.organization_scope(tenancy.OPERATOR):
        assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 587, "", "", "starttls")),
        ("smtps://me%40x:p%2Fw@mail.example", ("mail.example", 465, "me@x", "p/w", "tls")),
        ("smtp://mail.example:2525?tls=none", ("mail.example", 2525, "", "", "none")),
        ("smtp://mail.example?tls=none", ("mail.example", 25, "", "", "none")),
    ],
)
def test_a_server_is_what_its_address_says(url, server):
    assert transport.Server.parsed(url) == transport.Server(*server)


def not_sent_again(server) -> int:
    """Let a day pass and return how often the server was spoken to in all."""
    for _ in range(24):
        clock.advance(timedelta(hours=1))
        waits.sweep()
        run_jobs()
    return server.connections


def drop_jobs() -> None:
    from django.db import connection

    assert queued() == ["messaging.deliver"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
