"""Two web processes, one of them killed in the middle of it: whatever was acknowledged is there."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager

import pytest

from operant.platform import tenancy
from operant.relay.models import Heartbeat
from operant.testing.relay import heartbeat

CLIENTS, PATIENCE = 16, 60


@pytest.fixture
def cast(committed):
    return committed


@contextmanager
def web():
    """A web process as it is served, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "operant.config.asgi:application", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(command, env={**os.environ, "OPERANT_POOL": "1"})
    try:
        end = time.monotonic() + PATIENCE
        while status(port, "GET", "/healthz", b"", {}) != 200:
            assert process.poll() is None, "the web process ended by itself"
            assert time.monotonic() < end, "the web process did not answer"
            time.sleep(0.1)
        yield process, port
    finally:
        process.kill()
        process.wait()


def status(port, method, path, body, headers):
    """Return the status of an answer that came whole, or 0."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def test_nothing_acknowledged_is_lost_when_a_web_process_is_killed(cast, board, fleet):
    screens, accesses = fleet(320)
    body = json.dumps(heartbeat(version=board.published.public_id)).encode()
    told = Counter()

    def client(number, ports):
        for turn in range(number, 320 * 3, CLIENTS):
            headers = {"authorization": f"Bearer {accesses[turn % 320]}", "content-type": "application/json"}
            answer = status(ports[turn // CLIENTS % len(ports)], "POST", "/relay/heartbeat", body, headers)
            told[turn % 320, answer] += 1

    with ExitStack() as stack:
        (first, one), (_, other) = (stack.enter_context(web()) for _ in range(2))
        clients = [threading.Thread(target=client, args=(number, (one, other))) for number in range(CLIENTS)]
        for each in clients:
            each.start()
        while sum(told.values()) < 300:
            time.sleep(0.01)
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
