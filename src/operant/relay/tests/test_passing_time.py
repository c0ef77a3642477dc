"""The tests' own way to let time pass: what it skips would have changed nothing."""

from datetime import timedelta

from django.db import transaction

from operant.platform import clock
from operant.platform.events.models import Announcement
from operant.platform.messaging.models import Message
from operant.platform.queue import waits
from operant.relay.models import Alarm, Watch
from operant.testing.queue import run_jobs

from .helpers import LOOK, pass_time
from .test_alerts import alive as alive


def test_time_that_passes_at_once_leaves_what_each_look_of_the_worker_would(cast, alive, announced):
    def look_by_look(seconds):
        for step in [LOOK] * (seconds // LOOK.seconds) + [timedelta(seconds=seconds % LOOK.seconds)]:
            clock.advance(step)
            while waits.sweep():
                run_jobs(limit=1000)

    def left(passing):
        del announced[:]
        before = transaction.savepoint()
        with clock.frozen(clock.now()):
            passing(347)
            with cast.at_harbour():
                told = list(Announcement.objects.order_by("at", "name").values_list("name", "at"))
                watched = list(Watch.objects.values_list("due_at", "leased_until"))
                alarmed = list(Alarm.objects.values_list("kind", "since", "state", "due_at", "leased_until"))
                mails = list(Message.objects.order_by("id").values_list("template", "state", "due_at"))
        transaction.savepoint_rollback(before)
        return told, watched, alarmed, mails, [each.NAME for each in announced]

    both = left(pass_time), left(look_by_look)
    assert both[0] == both[1]
    assert both[0][-1].count("relay.screens.in_trouble") == 1
