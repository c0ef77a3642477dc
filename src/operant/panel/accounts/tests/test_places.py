import re
import socket
from pathlib import Path

import pytest

from operant.panel.accounts import places

# Addresses that stay where they are: a country's own registry or public body.
KNOWN = {"193.0.0.1": "NL", "2001:67c:2e8::1": "NL", "202.12.29.1": "AU"}


@pytest.mark.parametrize("ip", KNOWN)
def test_an_address_has_a_country_and_nothing_finer(ip):
    assert places.country(ip) == KNOWN[ip]


@pytest.mark.parametrize("ip", ["10.0.0.7", "127.0.0.1", "192.168.1.1", "::1", "fe80::1", "fd00::1", "0.0.0.0", "203.0.113.9"])
def test_a_private_address_is_nowhere(ip):
    assert places.country(ip) == ""


def test_an_address_of_the_fourth_version_in_the_clothes_of_the_sixth():
    assert places.country("::ffff:193.0.0.1") == "NL"


def test_nobody_is_asked(monkeypatch):
    def refused(*args, **kwargs):
        raise AssertionError("a place was asked for over the network")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    places.opened.cache_clear()
    assert places.country("193.0.0.1") == "NL"


@pytest.mark.parametrize("kept", [None, b"", b"no database", b"\xab\xcd\xefMaxMind.com" * 3])
def test_without_a_file_nothing_breaks(settings, tmp_path, kept):
    settings.PLACES_FILE = tmp_path / "places.mmdb"
    if kept is not None:
        settings.PLACES_FILE.write_bytes(kept)
    assert places.country("193.0.0.1") == ""


def test_files_in_the_form_of_maxmind_are_read_as_well():
    assert places._code({"country": {"iso_code": "NL", "names": {"en": "Netherlands"}}, "city": {"names": {}}}) == "NL"
    assert places._code({"country_code": "NL"}) == "NL"
    assert [places._code(found) for found in (None, {}, [], {"country": "NL"}, {"country_code": "NLD"})] == [""] * 5


def test_countries_have_names():
    assert [places.name(code) for code in ("NL", "AU", "", "XX")] == ["Netherlands", "Australia", "", "XX"]


def test_the_file_is_free_to_be_passed_on():
    folder = Path(__file__).resolve().parents[5] / "node_modules/@ip-location-db/geo-whois-asn-country-mmdb"
    assert re.search(r'"license": "CC0-1.0"', (folder / "package.json").read_text())
