"""All pages of a feed, as one table."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from operant.platform.files import sandbox
from operant.platform.files.sandbox import BadFile, Column, Converted, FileLimits, SandboxRefusal
from operant.platform.outgoing import Address
from operant.platform.refusals import Refusal

from ..stepping import Report, Told, Unreachable, Walk, counted, quietly
from . import fetching, prometheus
from .feed import CSV, PROMETHEUS, Feed

STEPS = ("resolve", "connect", "tls", "answer", "read")
SECONDS, MOST_BYTES = 30, 32_000_000
# Together with the fetching less than a minute: then the clock believes that it was lost.
LIMITS = FileLimits(rows=1_000_000, unpacked_bytes=500_000_000, seconds=20)
_CHECK = "Check the expression of the next page."
_PAGE_LIMITS = FileLimits(seconds=10)


def probe(
    feed: Feed, told: Told = quietly, folder: Path = Path(), columns: list[Column] | None = None,
    pins: Mapping[str, str] | None = None, known: Mapping[str, str] | None = None,
) -> Report:
    """
    Fetch a feed into a table in a folder, step by step; `told` gets the report after every step.

    Failures are steps, not errors. `columns` are those of the table before: an answer without rows leaves them. `pins` are
    the types that people gave to columns, `known` those that were found before.
    """
    walk = Walk(STEPS, partial(_passed, feed), told)
    try:
        walk.report.fetched = table = _table(feed, folder, walk, columns or [], {"pins": pins or {}, "known": known or {}})
        walk.report.warnings = [*walk.report.warnings, *table.warnings]
        walk.reach("read")
        walk.end("ok", f"{counted(table.rows, 'row')} with {counted(len(table.columns), 'column')} came.")
    except Unreachable as error:
        walk.fail(error.step, error.what, error.advice)
    except Refusal as error:
        walk.fail("read", error.sentence)
    return walk.report


def _passed(feed: Feed, step: str) -> tuple[str, str]:
    address = feed.target
    if step == "tls" and not address.is_secret:
        return "skipped", "The connection is not encrypted, as the address says."
    return "ok", {
        "resolve": f"{address.host} has an address that may be called.",
        "connect": f"It answers at port {address.port}.",
        "tls": "The connection is encrypted, and the certificate is the right one.",
        "answer": "It answers.",
    }[step]


def _table(feed: Feed, folder: Path, walk: Walk, columns: list[Column], types: dict[str, Mapping[str, str]]) -> Converted:
    to, budget, reach = folder / "table.parquet", fetching.Budget(SECONDS, MOST_BYTES), _once_each(walk)
    if feed.format == CSV:
        fetching.fetch(feed, feed.target, folder / "page", budget, reach)
        return sandbox.convert(folder / "page", "csv", to=to, limits=LIMITS, **types)
    pages = _measures if feed.format == PROMETHEUS else _pages
    rows = _gathered(folder, pages(feed, folder, budget, reach, walk))
    if rows:
        return sandbox.convert(folder / "rows.json", "json", to=to, limits=LIMITS, **types)
    if not columns:
        raise Unreachable("read", "It answers, but with no rows.", "What its columns are is known once there are some.")
    return sandbox.gather(columns, before=None, since=None, to=to, limits=LIMITS)


def _once_each(walk: Walk) -> fetching.Reached:
    # Redirects and later pages go through the same steps again: only what is new is told.
    def reach(step: str) -> None:
        if STEPS.index(step) > STEPS.index(walk.at):
            walk.reach(step)

    return reach


def _gathered(folder: Path, pages: Iterator[Path]) -> int:
    """Put the rows of all pages into one list in a file, and return how many there are."""
    found = 0
    with (folder / "rows.json").open("wb") as target:
        for page in pages:
            with page.open("rb") as rows:
                for row in rows:
                    target.write((b",\n" if found else b"[") + row.rstrip(b"\n"))
                    found += 1
        target.write(b"]" if found else b"[]")
    return found


def _pages(feed: Feed, folder: Path, budget: fetching.Budget, reach: fetching.Reached, walk: Walk) -> Iterator[Path]:
    raw, page = folder / "page", folder / "page.ndjson"
    address, asked = _first(feed), set[str]()
    for number in range(feed.most_pages if feed.paging != "none" else 1):
        asked.add(address.text)
        answered = fetching.fetch(feed, address, raw, budget, reach)
        picked = _picked(feed, raw, page)
        yield page
        following = _following(feed, answered, number, picked)
        if following is None:
            return
        if following.text in asked:
            raise Unreachable("read", "The pages lead back to one that was read already.", _CHECK)
        address = following
    if feed.paging != "none":
        walk.report.warnings.append(f"Only the first {counted(feed.most_pages, 'page')} were read: there are more.")


def _measures(feed: Feed, folder: Path, budget: fetching.Budget, reach: fetching.Reached, walk: Walk) -> Iterator[Path]:
    raw, page = folder / "page", folder / "page.ndjson"
    for name, address in prometheus.asked(feed):
        fetching.fetch(feed, address, raw, budget, reach)
        if not _picked(feed, raw, page, measure=name).rows:
            walk.report.warnings.append(f"The measure “{name}” has no values.")
        yield page


def _picked(feed: Feed, raw: Path, page: Path, measure: str = "") -> sandbox.Picked:
    following = feed.following if feed.paging == "link" else ""
    try:
        return sandbox.pick(raw, rows=feed.rows, following=following, measure=measure, to=page, limits=_PAGE_LIMITS)
    except BadFile as error:
        raise Unreachable("read", error.message) from None
    except SandboxRefusal as error:
        raise Unreachable("read", error.message, "Ask for less, or in pages.") from None


def _first(feed: Feed) -> Address:
    return _numbered(feed, feed.first) if feed.paging == "number" else feed.target


def _following(feed: Feed, answered: Address, number: int, picked: sandbox.Picked) -> Address | None:
    """Return the address of the next page, or None when this was the last."""
    if feed.paging == "number" and picked.rows:
        return _numbered(feed, feed.first + number + 1)
    if feed.paging != "link" or not picked.next:
        return None
    try:
        found = answered.joined(picked.next)
    except Refusal:
        raise Unreachable("read", "What should be the next page's address is none.", _CHECK) from None
    if found.origin not in {feed.target.origin, answered.origin}:
        said = f"The next page is at {found.place}, and what was given is {feed.target.place}."
        raise Unreachable("read", said, "Pages are followed on one host only.")
    return found


def _numbered(feed: Feed, number: int) -> Address:
    parts = urlsplit(feed.target.text)
    others = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != feed.parameter]
    query = urlencode([*others, (feed.parameter, str(number))])
    return Address.read(parts._replace(query=query).geturl())
