"""What happens to walls: cables pulled, servers that begin anew, clocks that jump, slow lines, full disks, old certificates."""

import base64
import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, BrowserContext, Page

from operant.testing.chromium import ARGUMENTS, SHELL, WHOLE
from operant.testing.waiting import until

from .conftest import opened
from .fake_relay import FakeRelay, fixture
from .test_player import accepted, in_time, settled, version

WALL = fixture("company-pulse")
MINUTES = 60_000


def shows(tv: Page, version: str, within: float = 60) -> None:
    until(lambda: tv.evaluate("window.operantPlayer && operantPlayer.version()") == version, version, within)


def figure(tv: Page) -> str:
    return tv.locator("[data-widget=w1] .ow-value").inner_text()


def codes(relay: FakeRelay) -> set[str]:
    return {error["code"] for beat in relay.heartbeats for error in beat["errors"]}


@pytest.mark.usefixtures("clock")
def test_ten_minutes_without_a_network(paired: Page, context: BrowserContext, relay: FakeRelay):
    tv = paired
    now = {"refresh_seconds": 60, "computed_at": datetime.now(UTC).isoformat()}
    fresh = {**WALL, "results": {query: {**result, **now} for query, result in WALL["results"].items()}}
    relay.publish(fresh)
    shows(tv, "ver_1")
    context.set_offline(True)
    relay.drop_streams()
    for _ in range(21):
        tv.clock.run_for(MINUTES // 2)
    strip = tv.locator(".pt-strip").inner_text()
    assert (strip, figure(tv)) == ("This device has had no network for 10 minutes. These are the last figures.", "€482,310")
    relay.publish(fresh)
    context.set_offline(False)
    in_time(tv, lambda: version(tv) == "ver_2", "ver_2", 5000)
    in_time(tv, lambda: not tv.locator(".pt-strip").count(), "the end of the strip", 15_000)
    in_time(tv, lambda: relay.heartbeats[-1]["rendered"]["version"] == "ver_2", "its heartbeat")
    # That its figures grew old meanwhile is told by its silence, and is no error for the hour after.
    assert "data_old" not in codes(relay)


@pytest.mark.usefixtures("clock")
def test_a_start_on_a_line_that_swallows_everything_paints_the_last_picture(paired: Page, relay: FakeRelay):
    relay.publish(WALL)
    accepted(paired, "ver_1")
    paired.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    relay.says.clear()
    try:
        paired.reload(wait_until="commit")
        settled(paired, "ver_1")
        assert figure(paired) == "€482,310"
    finally:
        relay.says.set()
    relay.publish(fixture("chart-shapes"))
    in_time(paired, lambda: version(paired) == "ver_2", "ver_2")


@pytest.mark.usefixtures("clock")
def test_a_server_that_begins_anew_is_found_again(paired: Page, relay: FakeRelay):
    relay.publish(WALL)
    shows(paired, "ver_1")
    relay.restart()
    relay.publish(fixture("chart-shapes"))
    in_time(paired, lambda: version(paired) == "ver_2", "ver_2")
    in_time(paired, lambda: paired.evaluate("operantPlayer.stream()") == "open", "its stream")
    assert relay.asked.count("POST /relay/hello") == 1


@pytest.mark.parametrize("jump", [timedelta(days=366), timedelta(hours=-1), timedelta(days=-366)])
def test_a_clock_that_jumps_changes_nothing_on_the_glass(context: BrowserContext, relay: FakeRelay, jump: timedelta):
    now = datetime.now(UTC)
    context.clock.install(time=now)
    tv = opened(context, relay, "Lobby")
    relay.publish(WALL)
    shows(tv, "ver_1")
    tv.clock.set_system_time(now + jump)
    beats = len(relay.heartbeats)
    in_time(tv, lambda: len(relay.heartbeats) > beats + 2, "heartbeats", 5000)
    in_time(tv, lambda: "clock_off" in codes(relay), "the sentence about the clock", 5000)
    assert (tv.locator(".pt-strip").count(), figure(tv)) == (0, "€482,310")
    relay.publish(fixture("chart-shapes"))
    in_time(tv, lambda: version(tv) == "ver_2", "ver_2")
    # What it says of its painting is the server's time, which is right.
    in_time(tv, lambda: relay.heartbeats[-1]["rendered"]["version"] == "ver_2", "its heartbeat", 3000)
    painted = datetime.fromisoformat(relay.heartbeats[-1]["rendered"]["at"])
    assert abs(painted - datetime.now(UTC)) < timedelta(hours=1)


def test_a_slow_line_is_only_slow(paired: Page, relay: FakeRelay, complaints: list[str]):
    session = paired.context.new_cdp_session(paired)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 1500, "downloadThroughput": 8_000, "uploadThroughput": 4_000}
    session.send("Network.emulateNetworkConditions", slow)
    relay.publish(WALL)
    shows(paired, "ver_1", within=90)
    assert (figure(paired), complaints) == ("€482,310", [])
    until(lambda: relay.heartbeats and relay.heartbeats[-1]["rendered"]["version"] == "ver_1", within=60)
    assert codes(relay) <= {"data_old"}


@pytest.mark.usefixtures("clock")
def test_figures_that_missed_two_refreshes_are_told_and_stay_on_the_glass(paired: Page, relay: FakeRelay):
    def answered(minutes_ago: int) -> dict[str, str]:
        return {"computed_at": (datetime.now(UTC) - timedelta(minutes=minutes_ago)).isoformat()}

    results = {query: {**result, "refresh_seconds": 60, **answered(0)} for query, result in WALL["results"].items()}
    relay.publish({**WALL, "results": results})
    shows(paired, "ver_1")
    in_time(paired, lambda: relay.heartbeats and relay.heartbeats[-1]["rendered"]["version"] == "ver_1", "its heartbeat")
    assert codes(relay) == set()
    relay.change("company-pulse-q1", **answered(2))
    in_time(paired, lambda: relay.served.get("company-pulse-q1") == 2, "the older figures")
    paired.set_viewport_size({"width": 1900, "height": 1080})
    in_time(paired, lambda: relay.heartbeats[-1]["viewport"]["w"] == 1900, "the next heartbeat")
    assert codes(relay) == set()
    relay.change("company-pulse-q1", **answered(3))
    in_time(paired, lambda: codes(relay) == {"data_old"}, "the sentence about old figures")
    assert (figure(paired), paired.evaluate("operantPlayer.version()")) == ("€482,310", "ver_1")


def test_a_full_disk_is_told_and_painting_goes_on(context: BrowserContext, relay: FakeRelay):
    tv = context.new_page()
    # From the beginning: the browser believes for half a minute what room it saw last.
    session = context.new_cdp_session(tv)
    session.send("Storage.overrideQuotaForOrigin", {"origin": relay.address, "quotaSize": 1})
    relay.pair("Lobby")
    tv.goto(relay.address + "/tv")
    tv.get_by_text("This screen is paired as Lobby.").wait_for()
    relay.publish(WALL)
    shows(tv, "ver_1")
    until(lambda: "storage_full" in codes(relay), "the sentence about the disk", within=60)
    relay.publish(fixture("chart-shapes"))
    shows(tv, "ver_2")
    assert tv.evaluate("operantPlayer.state()") == "paired"


class Certificate:
    """A key of its own with a certificate for this machine, valid until a time."""

    def __init__(self, folder: Path, name: str, until: timedelta) -> None:
        key, ends = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC) + until
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        made = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(ends - timedelta(days=30)).not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        pem = serialization.Encoding.PEM
        secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / f"{name}.pem").write_bytes(secret + made.public_bytes(pem))
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(folder / f"{name}.pem")
        spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.hash = base64.b64encode(hashlib.sha256(spki).digest()).decode()


def test_a_certificate_that_ran_out_leaves_the_picture_and_says_what_may_be_wrong(browser: Browser, relay: FakeRelay, tmp_path):
    good, over = Certificate(tmp_path, "good", timedelta(days=20)), Certificate(tmp_path, "over", timedelta(days=-1))
    relay.restart(good.tls)
    # Only the first one's key is believed, whoever signed it.
    believing = [*ARGUMENTS, f"--ignore-certificate-errors-spki-list={good.hash}"]
    with browser.browser_type.launch(executable_path=SHELL if SHELL.exists() else WHOLE, args=believing) as other:
        context = other.new_context(viewport={"width": 1920, "height": 1080})
        context.clock.install()
        tv = opened(context, relay, "Lobby")
        relay.publish(WALL)
        shows(tv, "ver_1")
        relay.restart(over.tls)
        asked = len(relay.asked)
        in_time(tv, tv.locator(".pt-strip").count, "the strip", 15_000)
        words = tv.locator(".pt-strip").inner_text()
        assert "the server does not answer, its certificate ran out, or the clock of this device is wrong" in words
        assert (figure(tv), tv.evaluate("operantPlayer.state()"), len(relay.asked)) == ("€482,310", "paired", asked)
        relay.restart(good.tls)
        relay.publish(fixture("chart-shapes"))
        in_time(tv, lambda: version(tv) == "ver_2", "ver_2", 5000)
