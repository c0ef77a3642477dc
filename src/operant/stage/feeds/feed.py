import re
from dataclasses import dataclass, field
from typing import Literal

from operant.platform.files import sandbox
from operant.platform.outgoing import Address
from operant.platform.refusals import Invalid

JSON, CSV, PROMETHEUS = "http_json", "http_csv", "prometheus"
Paging = Literal["none", "link", "number"]
MOST_PAGES, MOST_MEASURES, LONGEST_MEASURE = 100, 20, 1_000
EXAMPLE_MEASURE = "requests: sum by (job) (rate(http_requests_total[5m]))"
_MEASURE = re.compile(r"([A-Za-z0-9_ -]{1,60}?) *: *(\S.*)")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# What the line itself says: whoever could set these would speak in its place.
_OURS = {"host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "accept-encoding", "expect", "trailer"}
_SHEET = re.compile(r"https://docs\.google\.com/spreadsheets/d/(?P<id>[A-Za-z0-9_-]{1,100})/(?:edit|view|htmlview|preview)\b.*")
_GID = re.compile(r"[#?&]gid=(\d{1,20})")
_PUBLISHED = re.compile(r"(https://docs\.google\.com/spreadsheets/d/e/[A-Za-z0-9_-]{1,200})/pubhtml(?:\?(.*))?")


@dataclass(frozen=True)
class Feed:
    """
    An address whose answer becomes a table. `key` names the source that it belongs to, `asker` the organization.

    `rows` and `following` are JMESPath, for JSON only: where the rows are, and the address of the next page. With paging
    by number, `parameter` counts from `first`. `password` is what the header `header` says.

    Of a Prometheus, `measures` are names and their PromQL, asked for this instant or, with `span_seconds`, since then.
    """

    key: str
    format: str
    address: str = field(repr=False)
    header: str = ""
    password: str = field(default="", repr=False)
    rows: str = ""
    paging: Paging = "none"
    following: str = ""
    parameter: str = "page"
    first: int = 1
    most_pages: int = 20
    fresh_seconds: int = 300
    measures: list[list[str]] = field(default_factory=list)
    span_seconds: int = 0
    asker: str = ""

    @property
    def needs_password(self) -> bool:
        return self.header != ""

    @property
    def target(self) -> Address:
        return Address.read(self.address)

    @property
    def host(self) -> str:
        return self.target.host


def checked(address: str) -> str:
    """
    Return an address as it is kept: that of a Google sheet as the one where its rows are.

    :raises Invalid: when it is none that can be asked.
    """
    return Address.read(_of_sheet(address.strip())).text


def checked_header(name: str, value: str) -> tuple[str, str]:
    """
    Return a header as it is sent.

    :raises Invalid: when it would be none.
    """
    name = name.strip()
    if not name and not value:
        return "", ""
    if not name:
        raise Invalid("Name the header that this is the value of, like Authorization.")
    if not _HEADER.fullmatch(name) or name.lower() in _OURS:
        raise Invalid("This is no header that can be set. Usual ones are Authorization and X-API-Key.")
    if not value.isascii() or not value.isprintable():
        raise Invalid("A header holds visible ASCII characters only.")
    return name, value.strip()


def checked_expression(text: str) -> str:
    """
    Return a JMESPath expression.

    :raises Invalid: when it is none.
    """
    text = text.strip()
    try:
        if text:
            sandbox.check_expression(text)
    except ValueError as wrong:
        raise Invalid(str(wrong)) from None
    return text


def checked_measures(text: str) -> list[list[str]]:
    """
    Return names and their PromQL, written one a line as “name: expression”. Whether that is PromQL, Prometheus says.

    :raises Invalid: when a line is none, or there are too many.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_MEASURES:
        raise Invalid(f"Write 1 to {MOST_MEASURES} measures, one a line, like {EXAMPLE_MEASURE}")
    found: list[list[str]] = []
    for line in lines:
        named = _MEASURE.fullmatch(line)
        if not named or len(named[2]) > LONGEST_MEASURE:
            raise Invalid(f"“{line[:60]}” is no name and expression, like {EXAMPLE_MEASURE}")
        if named[1] in [name for name, _ in found]:
            raise Invalid(f"Two measures are called {named[1]}.")
        found.append([named[1], named[2]])
    return found


def _of_sheet(address: str) -> str:
    if found := _SHEET.fullmatch(address):
        gid = _GID.search(address)
        sheet = f"&gid={gid[1]}" if gid else ""
        return f"https://docs.google.com/spreadsheets/d/{found['id']}/export?format=csv{sheet}"
    if found := _PUBLISHED.fullmatch(address):
        return f"{found[1]}/pub?output=csv{f'&{found[2]}' if found[2] else ''}"
    return address
