"""Two web processes, one of them killed in the middle of it: whatever was acknowledged is there."""

import json
import signal
import threading
from collections import Counter
from contextlib import ExitStack

import pytest

from operant.platform import tenancy
from operant.relay.models import Heartbeat
from operant.testing.relay import heartbeat
from operant.testing.serving import ask, web
from operant.testing.waiting import until

CLIENTS, PATIENCE = 16, 60


@pytest.fixture
def cast(committed):
    return committed


def test_nothing_acknowledged_is_lost_when_a_web_process_is_killed(cast, board, fleet):
    screens, accesses = fleet(320)
    body = json.dumps(heartbeat(version=board.published.public_id)).encode()
    told = Counter()

    def client(number, ports):
        for turn in range(number, 320 * 3, CLIENTS):
            headers = {"authorization": f"Bearer {accesses[turn % 320]}", "content-type": "application/json"}
            answer = ask(ports[turn // CLIENTS % len(ports)], "POST", "/relay/heartbeat", body, headers).status
            told[turn % 320, answer] += 1

    with ExitStack() as stack:
        (first, one), (_, other) = (stack.enter_context(web()) for _ in range(2))
        clients = [threading.Thread(target=client, args=(number, (one, other))) for number in range(CLIENTS)]
        for each in clients:
            each.start()
        until(lambda: sum(told.values()) >= 300)
        first.send_signal(signal.SIGKILL)
        for each in clients:
            each.join(PATIENCE)
    acknowledged = Counter({screens[index].pk: count for (index, answer), count in told.items() if answer == 200})
    with tenancy.organization_scope(cast.harbour.pk):
        stored = Counter(Heartbeat.objects.values_list("screen_id", flat=True))
    statuses = Counter(answer for (_, answer), count in told.items() for _ in range(count))
    assert {200, 0} <= set(statuses) <= {200, 0, 503}
    assert statuses[200] > 300
    assert {pk: count for pk, count in acknowledged.items() if stored[pk] < count} == {}
