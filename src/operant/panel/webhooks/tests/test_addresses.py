import socket

import pytest

from operant.panel.webhooks import addresses
from operant.platform.outgoing import AddressRefused, Allowed, networks, resolving
from operant.platform.refusals import Refusal


@pytest.fixture(autouse=True)
def closed(settings, monkeypatch):
    settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed(), []
    monkeypatch.setattr(networks, "is_here", lambda address: False)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://example.com", "https://example.com/"),
        ("  https://EXAMPLE.com:443/a?b=c ", "https://example.com/a?b=c"),
        ("https://example.com:8443/ü/%2F?q=🚢", "https://example.com:8443/%C3%BC/%2F?q=%F0%9F%9A%A2"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://[2606:4700::1111]/x", "https://[2606:4700::1111]/x"),
        ("https://1.1.1.1/x", "https://1.1.1.1/x"),
    ],
)
def test_an_address_is_kept_as_the_wire_spells_it(given, kept):
    assert addresses.checked(given) == kept
    assert addresses.checked(kept) == kept


@pytest.mark.parametrize(
    "given",
    [
        "", "example.com", "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "https://", "https:///x",
        "gopher://127.0.0.1/", "javascript:alert(1)", "https://user:word@example.com/", "https://@example.com/",
        "https://example.com@127.0.0.1/", "https://127.0.0.1#@example.com/", "https://example.com/#part",
        "https://example.com\\@127.0.0.1/", "https://exam ple.com/", "https://example.com/a\r\nX-Other: 1",
        "https://example.com/\0", "https://example.com:0/", "https://example.com:99999/", "https://example.com:x/",
        "https://[::1/", "https://[fe80::1%25eth0]/", "https://" + "a" * 300 + ".com/", "https://example.com/" + "a" * 2000,
        "https://example.com/" + "🚢" * 600, "https://exa_mple..com/", "https://example.com/\u202egnp.exe",
        "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(given):
    with pytest.raises(Refusal) as refused:
        addresses.checked(given)
    assert refused.value.status == 422
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "169.254.169.254", "10.1.2.3", "192.168.1.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]",
        "[64:ff9b::7f00:1]", "[fd00:ec2::254]", "[fe80::1]", "0.0.0.0", "2130706433", "127.1",
    ],
)  # fmt: skip
def test_an_address_in_numbers_is_judged_at_once(host):
    with pytest.raises(AddressRefused):
        addresses.checked(f"https://{host}/x")


def test_without_encryption_only_what_the_operator_opened_is_called(settings, names):
    settings.PRIVATE_NETWORKS = Allowed.parsed("10.1.0.0/16")
    names |= {"erp.example": ["10.1.2.3"], "shop.example": ["1.1.1.1"], "both.example": ["10.1.2.3", "1.1.1.1"]}
    assert addresses.checked("http://10.1.2.3/x") == "http://10.1.2.3/x"
    erp, shop, both = (addresses.read(addresses.checked(f"http://{name}.example/x")) for name in ("erp", "shop", "both"))
    assert addresses.target(erp, asker="").addresses == ("10.1.2.3",)
    for address in (shop, both):
        with pytest.raises(AddressRefused, match="Use https"):
            addresses.target(address, asker="")
    with pytest.raises(AddressRefused, match="Use https"):
        addresses.checked("http://1.1.1.1/x")


@pytest.fixture
def names(monkeypatch):
    known: dict[str, list[str]] = {}

    def answer(name, port, type):
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(0, type, 0, "", (each, port)) for each in known[name]]

    monkeypatch.setattr(resolving.socket, "getaddrinfo", answer)
    return known
