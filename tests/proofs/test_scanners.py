"""
Scanners that others wrote find nothing in a whole house, and find the holes of a site that has some.

They take many minutes and packages of their own, so `make prove` runs them. The sample of `make test` is
tests/isolation/test_hostile_words.py, which says the same words to every address.
"""

import os
import re
import shutil
import urllib.parse
import urllib.request

import pytest

from tests.journeys import running

from . import scanners
from .leaky import leaky

SECONDS = int(os.environ.get("SCAN_SECONDS", "1200"))
STARTS = ("/o/harbour/", "/me/", "/accounts/login/", "/docs/api", "/operator/errors")
AVOIDS = ("/accounts/logout/*", "/static/*")
LISTS = ("dashboards/", "sources/", "screens/", "people/", "settings/tokens/", "settings/audit/")

pytestmark = pytest.mark.skipif("PROOF_RUNS" not in os.environ, reason="make prove ONLY=scanners runs them")


@pytest.fixture
def folder(request):
    """Where the scanners' reports stay, for people to read."""
    place = running.RESULTS / "scanners" / request.node.name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def test_the_scanners_find_what_is_there(folder, tally):
    with leaky() as url:
        target = scanners.Target(url, "none=1", ("/?name=ada&said=hello",))
        found, pages = scanners.walked(target, folder, seconds=120)
        dug = scanners.dug(target, ["/?name=ada&said=hello"], folder, seconds=600)
    kinds = {line.partition(":")[0] for line in found}
    wrong = {"Reflected Cross Site Scripting", "SQL Injection"} - kinds
    tally.note("the control", f"{wrong} was not seen in {found}" if wrong or not dug or not pages else "")
    assert (wrong, dug) == (set(), [f"{url}/?name=ada&said=hello name"])


def test_they_find_nothing_in_a_house(folder, tally):
    with running.running() as house:
        cookie = _signed_in(house)
        target = scanners.Target(house.url, cookie, STARTS, AVOIDS)
        addresses = [each for place in LISTS for each in _asking(house, cookie, f"/o/harbour/{place}")]
        found, pages = scanners.walked(target, folder, seconds=SECONDS)
        dug = scanners.dug(target, addresses, folder, seconds=2 * SECONDS)
        # Signed out on the way, they would have looked at the sign-in only.
        assert b"Harbour" in _page(house, cookie, "/o/harbour/")
    assert len(addresses) >= len(LISTS) and pages > 30
    for line in found + dug or [""]:
        tally.note(f"{pages} pages, {len(addresses)} addresses", line)
    assert found + dug == []


def _signed_in(house: running.House) -> str:
    """Sign Ada in as a program, and return her cookie."""
    page = urllib.request.urlopen(f"{house.url}/accounts/login/")
    cookie = page.headers["set-cookie"].partition(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
    words = {"csrfmiddlewaretoken": token, "login": "ada@harbour.example", "password": house.password}
    asked = urllib.request.Request(
        f"{house.url}/accounts/login/", urllib.parse.urlencode(words).encode(), {"Cookie": cookie}
    )
    answer = urllib.request.build_opener(_Stay).open(asked)
    return answer.headers["set-cookie"].partition(";")[0]


class _Stay(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, request, answer, code, message, headers):
        return answer


def _page(house: running.House, cookie: str, path: str) -> bytes:
    return urllib.request.urlopen(urllib.request.Request(house.url + path, headers={"Cookie": cookie})).read()


def _asking(house: running.House, cookie: str, path: str) -> list[str]:
    """Return a list's address with everything that it can be asked, harmless values in place."""
    page = _page(house, cookie, path).decode()
    names = set(re.findall(r'[?&;]([a-z_]+)=', "".join(re.findall(r'href="([^"]*)"', page))))
    names |= {name for form in re.findall(r'<form[^>]*method="get"[^>]*>.*?</form>', page, re.S) for name in
              re.findall(r'name="([a-z_]+)"', form)}  # fmt: skip
    return [f"{path}?{'&'.join(f'{name}=1' for name in sorted(names))}"] if names else [f"{path}?q=1"]
