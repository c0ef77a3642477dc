import socket
import threading
from ipaddress import ip_address
from types import SimpleNamespace

import pytest

from operant.platform import outgoing
from operant.platform.outgoing import Allowed, networks, resolving

OFFICE = "10.1.0.0/16, 192.168.7.20 [fd12::5]:5432 127.0.0.1:5433"

NEVER = [
    "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "fe80::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:0:1::1", "2001:db8::1",
]  # fmt: skip
PRIVATE = [
    "10.2.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "198.18.0.1", "192.0.2.1", "fd00::1",
    "fc00::1", "::ffff:10.2.0.1", "64:ff9b::a02:1",
]  # fmt: skip
LOOPBACK = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]
PUBLIC = ["1.1.1.1", "172.32.0.1", "100.128.0.1", "11.0.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]
# Spellings that the resolver, not the eye, turns into an address.
DISGUISED = ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "0x7f000001", "017700000001"]


@pytest.fixture(autouse=True)
def closed(settings, monkeypatch):
    settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed(), []
    # The machine that runs the tests may well have one of the private addresses below.
    monkeypatch.setattr(networks, "is_here", lambda address: False)


@pytest.fixture
def names(monkeypatch):
    """What the resolver answers, by name; it also counts how often it was asked."""
    known: dict[str, list[str]] = {}
    asked: list[str] = []

    def answer(name, port, type):
        asked.append(name)
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(0, type, 0, "", (each, port)) for each in known[name]]

    monkeypatch.setattr(resolving.socket, "getaddrinfo", answer)
    known["asked"] = asked
    return known


def refusal(host, port=5432):
    with pytest.raises(outgoing.AddressRefused) as refused:
        outgoing.resolve(host, port)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        *((each, "never") for each in NEVER), *((each, "private") for each in PRIVATE),
        *((each, "loopback") for each in LOOPBACK), *((each, "public") for each in PUBLIC),
    ],
)  # fmt: skip
def test_what_an_address_is(address, kind):
    assert networks.kind(networks.unwrapped(ip_address(address))) == kind


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called_as_it_is(address):
    found = outgoing.resolve(address, 5432)
    assert found.addresses == (str(networks.unwrapped(ip_address(address))),)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_called_whatever_is_allowed(settings, address):
    settings.PRIVATE_NETWORKS = Allowed.parsed("fc00::/7, 10.0.0.0/8, 100.64.0.0/10")
    assert "an address that Operant never calls" in refusal(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused_with_the_setting_that_opens_it(settings, address):
    shown = networks.unwrapped(ip_address(address))
    assert f"OPERANT_PRIVATE_NETWORKS={shown}." in refusal(address)
    settings.PRIVATE_NETWORKS = Allowed.parsed(str(shown))
    assert outgoing.resolve(address, 5432).addresses == (str(shown),)


@pytest.mark.parametrize("host", [*LOOPBACK, *DISGUISED])
def test_this_machine_is_refused_but_for_exactly_the_address_and_port_allowed(settings, host):
    assert "the machine Operant runs on" in refusal(host, 5433)
    settings.PRIVATE_NETWORKS = Allowed.parsed("127.0.0.1:5433 127.8.8.8:5433 [::1]:5433")
    assert outgoing.resolve(host, 5433).port == 5433
    assert "the machine Operant runs on" in refusal(host, 5432)


def test_this_machine_knows_its_own_addresses(monkeypatch):
    monkeypatch.undo()
    assert {each: networks.is_here(ip_address(each)) for each in ("127.0.0.1", "192.0.2.7", "1.1.1.1", "2001:db8::7")} == {
        "127.0.0.1": True, "192.0.2.7": False, "1.1.1.1": False, "2001:db8::7": False,
    }  # fmt: skip


def test_an_address_of_this_machine_counts_as_this_machine(settings, monkeypatch):
    monkeypatch.setattr(networks, "is_here", lambda address: str(address) == "10.1.0.7")
    settings.PRIVATE_NETWORKS = Allowed.parsed("10.1.0.0/16")
    assert outgoing.resolve("10.1.0.8", 5432).addresses == ("10.1.0.8",)
    assert "the machine Operant runs on" in refusal("10.1.0.7")


@pytest.mark.parametrize(
    ("own", "allowed", "host", "port"),
    [
        (("127.0.0.1", 5433), "127.0.0.1:5433", "127.0.0.1", 5433),
        (("0.0.0.0", 8000), "127.0.0.1:8000", "127.0.0.1", 8000),
        (("127.0.0.1", 6432), "[::1]:6432", "::1", 6432),
        (("db.internal", 5432), "10.0.0.0/8", "10.9.9.9", 5432),
    ],
)
def test_operant_never_calls_itself_however_it_is_allowed(settings, names, own, allowed, host, port):
    names["db.internal"] = ["10.9.9.9"]
    settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(allowed), [own]
    assert "that is Operant itself" in refusal(host, port)


def test_while_our_own_name_is_not_known_nothing_private_is_called_at_its_port(settings, names):
    settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed("10.0.0.0/8"), [("db.internal", 5432)]
    assert refusal("10.9.9.9").startswith("Operant's own address could not be looked up")
    assert outgoing.resolve("10.9.9.9", 5433).addresses == ("10.9.9.9",)
    assert outgoing.resolve("1.1.1.1", 5432).addresses == ("1.1.1.1",)


def test_a_public_address_that_our_own_database_shares_is_called(settings, names):
    names |= {"ours.example.com": ["1.1.1.1"], "theirs.example.com": ["1.1.1.1"]}
    settings.OWN_ENDPOINTS = [("ours.example.com", 5432)]
    assert outgoing.resolve("theirs.example.com", 5432).addresses == ("1.1.1.1",)


def test_a_name_is_looked_up_once_and_every_address_of_it_counts(names):
    names |= {"db.example.com": ["1.1.1.1", "1.0.0.1", "1.1.1.1"], "mixed.example.com": ["1.1.1.1", "10.0.0.5"]}
    assert outgoing.resolve("DB.example.com.", 5432) == outgoing.Target(
        "db.example.com", 5432, ("1.1.1.1", "1.0.0.1")
    )
    assert names["asked"] == ["db.example.com"]
    assert refusal("mixed.example.com").startswith("mixed.example.com is 10.0.0.5: ")


def test_a_name_in_letters_of_its_own_is_looked_up_as_the_wire_spells_it(names):
    names["xn--mnchen-3ya.example"] = ["1.1.1.1"]
    assert outgoing.resolve("münchen.example", 5432).host == "xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    "host",
    [
        "", " ", ".", "a..b", "/var/run/postgresql", "@abstract", "db,evil.example", "db host=evil", "db\0", "db\nx", "a" * 64,
        "db:5432", "user@db", "fe80::1%eth0", "[::1", "-db", "db'", "ab\\c", ".".join(["a"] * 130), "postgresql://db", "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_host_is_not_even_looked_up(names, host):
    with pytest.raises(outgoing.NotResolved, match="not the name or address of one host"):
        outgoing.resolve(host, 5432)
    assert names["asked"] == []


def test_a_name_that_nobody_knows_is_told(names):
    with pytest.raises(outgoing.NotResolved, match="There is no host nowhere.example"):
        outgoing.resolve("nowhere.example", 5432)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(resolving.socket, "getaddrinfo", lambda *_, **__: answered.wait() and [])
    with pytest.raises(outgoing.NotResolved, match="could not be looked up within 0.01 seconds"):
        outgoing.resolve("slow.example", 5432, seconds=0.01)
    answered.set()


def test_waiting_for_a_place_and_for_an_answer_have_one_end(monkeypatch):
    answered, clock = threading.Event(), iter([0, 60])

    def slow(name, port, type):
        answered.wait(5)
        return [(0, type, 0, "", ("1.1.1.1", port))]

    monkeypatch.setattr(resolving.socket, "getaddrinfo", slow)
    with monkeypatch.context() as stopped:
        stopped.setattr(resolving, "time", SimpleNamespace(monotonic=lambda: next(clock)))
        with pytest.raises(outgoing.NotResolved, match="could not be looked up within 60 seconds"):
            outgoing.resolve("slow.example", 5432, seconds=60)
    answered.set()


def test_a_thread_that_cannot_be_made_leaves_its_place_to_others(monkeypatch, names):
    def full(thread):
        raise RuntimeError("can't start new thread")

    names["quick.example"] = ["1.1.1.1"]
    monkeypatch.setattr(resolving, "_PLACES", resolving._Places(1, each=1))
    with monkeypatch.context() as crowded:
        crowded.setattr(threading.Thread, "start", full)
        with pytest.raises(outgoing.NotResolved, match="This server is busy looking up other names."):
            outgoing.resolve("quick.example", 5432)
    assert outgoing.resolve("quick.example", 5432).addresses == ("1.1.1.1",)


def test_names_that_hang_leave_room_for_other_organizations(monkeypatch):
    answered = threading.Event()

    def hanging(name, port, type):
        if name.startswith("slow"):
            answered.wait()
        return [(0, type, 0, "", ("1.1.1.1", port))]

    monkeypatch.setattr(resolving.socket, "getaddrinfo", hanging)
    monkeypatch.setattr(resolving, "_PLACES", resolving._Places(3, each=2))
    told = []
    for name in ("slow-1.example", "slow-2.example", "slow-3.example", "quick.example"):
        with pytest.raises(outgoing.NotResolved) as refused:
            outgoing.resolve(name, 5432, asker="harbour", seconds=0.01)
        told.append(refused.value.sentence.partition(".")[0])
    assert told[2:] == ["Other names that your organization gave are still looked up"] * 2
    assert outgoing.resolve("quick.example", 5432, asker="meadow").addresses == ("1.1.1.1",)
    with pytest.raises(outgoing.NotResolved, match="could not be looked up"):
        outgoing.resolve("slow-4.example", 5432, asker="meadow", seconds=0.5)
    with pytest.raises(outgoing.NotResolved, match="This server is busy"):
        outgoing.resolve("quick.example", 5432, asker="lake", seconds=0.01)
    answered.set()
    # Whoever waits gets the place of a name that was answered after all.
    assert outgoing.resolve("quick.example", 5432, asker="harbour", seconds=60).addresses == ("1.1.1.1",)


def test_names_that_hang_do_not_keep_operant_from_knowing_itself(settings, monkeypatch, names):
    names["db.internal"] = ["10.9.9.9"]
    settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed("10.0.0.0/8"), [("db.internal", 5432)]
    monkeypatch.setattr(resolving, "_PLACES", resolving._Places(0, each=1))
    assert "that is Operant itself" in refusal("10.9.9.9")


def test_the_operators_list_is_read():
    allowed = Allowed.parsed(OFFICE)
    opened = {"10.1.2.3": True, "10.2.0.1": False, "192.168.7.20": True, "192.168.7.21": False, "fd12::5": True}
    assert {each: allowed.opens(ip_address(each), 5432, "private") for each in opened} == opened
    assert allowed.opens(ip_address("127.0.0.1"), 5433, "loopback")
    assert not allowed.opens(ip_address("127.0.0.1"), 5432, "loopback")
    assert not allowed.opens(ip_address("fd12::5"), 5433, "private")
    assert Allowed.parsed("  ") == Allowed()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("127.0.0.1", "holds this machine itself"), ("127.0.0.0/8", "holds this machine itself"),
        ("0.0.0.0/0", "holds this machine itself"), ("::/0", "holds this machine itself"),
        ("169.254.0.0/16", "is never called"), ("169.254.169.254:80", "is never called"),
        ("fe80::/10", "is never called"), ("10.0.0.5/8", "is no network"), ("office", "is no network"),
        ("localhost:5432", "names no address"), ("127.0.0.1:0", "has no port"), ("127.0.0.1:70000", "has no port"),
    ],
)  # fmt: skip
def test_an_entry_that_opens_too_much_or_nothing_is_refused(entry, reason):
    with pytest.raises(outgoing.BadNetwork, match=reason):
        Allowed.parsed(f"10.1.0.0/16 {entry}")
