"""
kill -9 loses nothing that was acknowledged and sends nothing twice.

A real house runs; in each run one of its processes is killed at a named point of one path (tests/proofs/trapped.py), or
a moment after a request was sent. Then it stands up again, and what the outsider was told is compared with what is there.
"""

import json
import threading
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from itertools import cycle, islice
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from operant.panel.audit import verify
from operant.platform import clock
from operant.testing import relay, stage
from operant.testing.waiting import until

from .falling_house import House

POINTS = {
    "publish": ["publish-begins", "publish-done", "publish-commits", "publish-committed", ""],
    "heartbeat": ["heartbeat-begins", "heartbeat-done", "heartbeat-commits", "heartbeat-committed", "heartbeat-batched",
                  "heartbeat-written", ""],
    "mail": [
        "mail-begins", "mail-done", "mail-commits", "mail-committed", "deliver-begins", "deliver-commits",
        "deliver-committed", "handoff-begins", "handoff-done", "handoff-commits", "handoff-committed", "",
    ],
    "seal": ["seal-begins", "hashing-begins", "hashing-done", "seal-done", "seal-commits", "seal-committed", ""],
}  # fmt: skip
WORKERS = ("deliver", "handoff", "seal", "hashing")
SAMPLE = {
    "publish": [("web", "publish-done"), ("database", "publish-commits")],
    "heartbeat": [("web", "heartbeat-batched"), ("database", "heartbeat-written")],
    "mail": [("worker", "handoff-done"), ("database", "handoff-done")],
    "seal": [("worker", "seal-done"), ("database", "hashing-done")],
}
SETTLED = ("accepted", "unknown")
LONG = 40


@pytest.fixture(scope="module")
def house(falling):
    with falling.open() as standing:
        yield standing


def falls(path: str) -> list[tuple[str, str]]:
    """Return every victim and point of a path: who can come by there, and the database under all of them."""
    found = []
    for point in POINTS[path]:
        own = ["worker"] if point.startswith(WORKERS) else ["web"] if point else ["web", "worker"]
        found += [(victim, point) for victim in (*own, "database")]
    return found


def each_fall(path: str, tally):
    """Yield the falls of as many runs as are wanted, every kind in turn."""
    wanted = tally.sample(len(SAMPLE[path]))
    yield from islice(cycle(SAMPLE[path] if tally.wanted is None else falls(path)), wanted)


def test_publish_survives(house, tally):
    for victim, point in each_fall("publish", tally):
        tally.note(f"{victim} at {point or 'any moment'}", published(house, victim, point))
    assert tally.failures == []


def test_heartbeat_survives(house, tally):
    for victim, point in each_fall("heartbeat", tally):
        tally.note(f"{victim} at {point or 'any moment'}", heard(house, victim, point))
    assert tally.failures == []


def test_mail_survives(house, tally):
    for victim, point in each_fall("mail", tally):
        tally.note(f"{victim} at {point or 'any moment'}", delivered(house, victim, point))
    assert tally.failures == []


def test_seal_survives(house, tally):
    for victim, point in each_fall("seal", tally):
        tally.note(f"{victim} at {point or 'any moment'}", sealed(house, victim, point))
    assert tally.failures == []


def published(house: House, victim: str, point: str) -> str:
    """Change a dashboard, publish it, let somebody fall meanwhile; return what is wrong afterwards."""
    base = f"/o/{house.known['slug']}/dashboards/{house.known['dashboard']}"
    words_on_it = f"# Pulse {uuid4().hex[:8]}"
    revision = _saved(house, base, words_on_it)
    before = _versions(house)
    status, words = falling(house, victim, point, lambda: house.ask("POST", f"{base}/publications", {"revision": revision}))
    house.stand_up()
    after = _versions(house)
    if status == 201 and after != before + 1:
        return f"acknowledged, and there are {after - before} new versions"
    if after - before not in (0, 1):
        return f"one click made {after - before} versions"
    again, said = house.until_answered("POST", f"{base}/publications", {"revision": revision})
    if again != 201 or _versions(house) != before + 1:
        return f"publishing again answered {again} and left {_versions(house) - before} new versions"
    if status == 201 and json.loads(said) != json.loads(words):
        return "the second click got another version than the acknowledged one"
    return _told_to_all(house, words_on_it, json.loads(said))


def heard(house: House, victim: str, point: str) -> str:
    """Let every screen say something while somebody falls; return what was acknowledged and is gone."""
    _renewed(house)
    # The instant of painting is the screen's own, so it tells each heartbeat from all others.
    sent = {screen: clock.now() - timedelta(microseconds=number) for number, screen in enumerate(house.known["screens"])}
    answers: dict[str, int] = {}

    def beat(number: int, screen: str) -> None:
        # Every other screen has news, which is heard by itself; the others are stored together.
        width = 1920 if number % 2 else 1000 + sent[screen].microsecond % 900
        painted = {"version": house.known["version"], "at": sent[screen].isoformat()}
        body = {**relay.heartbeat(), "viewport": {"w": width, "h": 1080}, "rendered": painted}
        bearer = f"Bearer {house.known['screens'][screen]['access']}"
        answers[screen] = house.ask("POST", "/relay/heartbeat", body, Authorization=bearer)[0]

    def beats() -> None:
        threads = [threading.Thread(target=beat, args=each) for each in enumerate(sent)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    falling(house, victim, point, beats)
    house.stand_up()
    kept = set(house.rows(
        "SELECT screen_id::text, painted_at FROM relay_heartbeat UNION SELECT id::text, rendered_at FROM relay_screen"
    ))  # fmt: skip
    lost = [screen for screen, status in answers.items() if status == 200 and (screen, sent[screen]) not in kept]
    odd = {status for status in answers.values() if status not in (200, 0, 429) and status < 500}
    house.rows("UPDATE relay_screen SET pace_at = NULL")
    return f"{len(lost)} acknowledged heartbeats are gone" if lost else f"answers {odd}" if odd else ""


def delivered(house: House, victim: str, point: str) -> str:
    """Invite somebody while somebody falls; return whether a promised mail was lost, or one was sent twice."""
    house.rows("UPDATE organizations_invitation SET created_at = created_at - interval '2 days'")
    before = {row[0] for row in house.rows("SELECT id::text FROM messaging_message")}
    guest = f"guest-{uuid4().hex[:10]}@harbour.example"
    form = urlencode({"email": guest, "role": "viewer"}).encode()
    status, _ = falling(
        house, victim, point, lambda: house.ask("POST", f"/o/{house.known['slug']}/people/invitations", form)
    )
    house.stand_up()
    new = {row[0] for row in house.rows("SELECT id::text FROM messaging_message")} - before
    if status == 302 and len(new) != 1 or len(new) > 1:
        return f"answered {status}, and {len(new)} mails are written"
    states = _settled(house, new)
    copies = Counter(_to(house, guest))
    if not set(states) <= set(SETTLED):
        return f"it stays {states}"
    if any(count > 1 for count in copies.values()) or len(copies) > len(new):
        return f"it was sent {sum(copies.values())} times"
    return "accepted, and never arrived" if states == ["accepted"] and not copies else ""


def sealed(house: House, victim: str, point: str) -> str:
    """Publish, let somebody fall while that gets its place in the chain; return what is wrong with the log."""
    base = f"/o/{house.known['slug']}/dashboards/{house.known['dashboard']}"
    revision = _saved(house, base, f"# Chain {uuid4().hex[:8]}")
    until(lambda: not _unsealed(house), "what was to be sealed before", every=0.1)
    before = _versions(house)
    falling(house, victim, point, lambda: house.until_answered("POST", f"{base}/publications", {"revision": revision}))
    house.stand_up()
    until(lambda: not _unsealed(house), "the seal of a publication", every=0.1)
    status, file = house.until_answered("POST", f"/o/{house.known['slug']}/settings/audit/exports", b"form=lines")
    log = verify.Log()
    try:
        log.read(file.splitlines(keepends=True))
        log.finish()
    except verify.Broken as broken:
        return str(broken)
    told = file.count(b'"event":"stage.dashboard.published"')
    return "" if told == _versions(house) == before + 1 else f"answered {status}, and {told} of {before + 1} entries are in the log"


def falling(house: House, victim: str, point: str, act):
    """Do something while a trap waits; without one, or when nobody comes by there, the victim is killed from outside."""
    answer: list = []
    acting = threading.Thread(target=lambda: answer.append(act()))
    if point:
        house.set_trap(point, victim)
    acting.start()
    if not point:
        # Anywhere between the request's arrival and its answer.
        time.sleep(uuid4().int % LONG / 1000)
        house.kill(victim)
    while acting.is_alive() and point and not house.fell(point):
        acting.join(0.02)
    begun = time.monotonic()
    while point.startswith(WORKERS) and not house.fell(point) and time.monotonic() - begun < 10:
        time.sleep(0.02)
    if point and not house.fell(point):
        house.kill(victim)
    house.bury(victim)
    # Whoever still waits for an answer waits for the next one to give it.
    house.stand_up()
    acting.join()
    return answer[0]


def _saved(house: House, base: str, words_on_it: str) -> int:
    document = stage.text_document("Pulse")
    document["widgets"][0]["options"]["text"] = words_on_it
    while True:
        _, words = house.until_answered("GET", f"{base}/draft")
        revision = json.loads(words)["revision"]
        status, words = house.until_answered("PUT", f"{base}/draft", {"revision": revision, "document": document})
        if status == 200:
            return json.loads(words)["revision"]


def _versions(house: House) -> int:
    """Return how many versions there are, once as rows and once as facts: they are one."""
    ((rows, facts),) = house.rows(
        "SELECT (SELECT count(*) FROM stage_version WHERE dashboard_id = %s), "
        "(SELECT count(*) FROM events_announcement WHERE name = 'stage.dashboard.published' AND subject_id = %s)",
        house.known["dashboard_id"], house.known["dashboard_id"],
    )  # fmt: skip
    assert rows == facts, f"{rows} versions and {facts} facts"
    return rows


def _told_to_all(house: House, words_on_it: str, version: dict) -> str:
    _renewed(house)
    for screen in house.known["screens"].values():
        status, words = house.until_answered("GET", "/relay/manifest", Authorization=f"Bearer {screen['access']}")
        if status != 200 or version["version"] not in words.decode() or words_on_it not in words.decode():
            return f"a screen is not told ({status})"
    return ""


def _renewed(house: House) -> None:
    """Renew the screens' credentials before they run out."""
    if time.monotonic() - house.known.get("renewed", 0) < 300:
        return
    for screen in house.known["screens"].values():
        _, words = house.until_answered("POST", "/relay/token", {"refresh": screen["refresh"]})
        told = json.loads(words)
        screen["access"], screen["refresh"] = told["access"], told["refresh"]
    _, words = house.until_answered("GET", "/relay/manifest", Authorization=f"Bearer {screen['access']}")
    house.known |= {"version": json.loads(words)["version"], "renewed": time.monotonic()}


def _unsealed(house: House) -> int:
    """Return how many entries wait for their place in a chain, after a lease ran out."""
    house.stand_up()
    ((waiting,),) = house.rows("SELECT count(*) FROM audit_unsealed")
    if waiting:
        house.let_time_pass()
    return waiting


def _to(house: House, guest: str) -> list[str]:
    """Return the ids of the mails that arrived for a guest, in order."""
    arrived = [message_from_bytes(raw) for raw in list(house.mail.mails)]
    return [str(mail["X-Operant-Message"]) for mail in arrived if guest in str(mail["To"])]


def _settled(house: House, ids: set[str]) -> list[str]:
    """Let leases run out until nothing waits any more; return what became of these mails."""
    begun = time.monotonic()
    while True:
        states = [row[0] for row in house.rows("SELECT state FROM messaging_message WHERE id::text = ANY(%s)", list(ids))]
        if set(states) <= {*SETTLED, "failed"} or time.monotonic() - begun > 30:
            return states
        house.stand_up()
        house.let_time_pass()
        time.sleep(0.2)
