from datetime import timedelta

from operant.panel.accounts.models import Session
from operant.panel.accounts.sessions import fingerprint
from operant.platform import clock
from operant.testing.queue import run_chore, run_jobs


def test_sessions_that_ran_out_are_forgotten(cast, signed_in):
    run_jobs()
    client = signed_in(cast.ben)
    Session.objects.create(session_key="old", session_data="", expire_date=clock.now() - timedelta(seconds=1))
    run_chore("accounts.forget_sessions")
    assert Session.objects.filter(session_key="old").count() == 0
    assert Session.objects.filter(pk=fingerprint(client.session.session_key)).count() == 1
