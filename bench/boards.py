"""A dashboard with one chart over one source, the screens that show it, and who edits it."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from bench import seeds
from bench.clients.screens import OPENING
from bench.house import House
from bench.processes import Client, NotRunning

ROWS = 300_000
REGIONS = ("North", "East", "South", "West", "Centre", "Coast", "Hills", "Lakes")
SQL = "SELECT region, sum(amount) AS amount FROM {table} GROUP BY region ORDER BY region"
REFRESH = 30


class Board:
    """A published dashboard in an organization of its own."""

    refresh = REFRESH

    def __init__(self, house: House) -> None:
        from operant.panel.accounts import actions as accounts
        from operant.panel.organizations import actions as organizations

        self.house = house
        self.person = accounts.ensure_person(email=f"bench-{random.getrandbits(40)}@bench.example", name="Bench")
        self.organization = organizations.found(name=f"Bench {random.getrandbits(40)}", owner=self.person)
        self.source = self._source()
        self.sql = SQL.format(table=self.source.tables[0]["name"])
        self.dashboard = self._published(self.sql)

    def scope(self) -> Any:
        from operant.platform import tenancy

        return tenancy.organization_scope(self.organization.pk, self.person.pk)

    def screens(self, count: int, dashboard: UUID | None = None) -> list[str]:
        """Pair so many screens with the dashboard and return their access tokens."""
        with self.house.administrator() as connection:
            made = seeds.screens(connection, [self.organization.pk], count, dashboard or self.dashboard.pk)
        return seeds.tokens(made)

    def data_request(self) -> bytes:
        """Return a screen's request for the chart's figures, which somebody watches and which are there."""
        access = self.screens(1)[0]
        with Client("screens", {"port": self.house.port, "tokens": [access]}) as screen:
            screen.ask(("open",))
            self._until_answered(self.sql)
        asked = f"GET /relay/data?keys={self.key(self.sql)} HTTP/1.1\r\nHost: localhost\r\n"
        return f"{asked}Authorization: Bearer {access}\r\n\r\n".encode()

    def preview_request(self) -> bytes:
        """Return a signed-in editor's request for the chart's figures, asked anew each time."""
        from operant.stage import ids

        cookie, csrf = self._session()
        body = json.dumps({"source": self.source.public_id, "sql": self.sql}).encode()
        path = f"/o/{self.organization.slug}/dashboards/{ids.public_id(ids.DASHBOARD, self.dashboard.pk)}/preview"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nX-CSRFToken: {csrf}\r\n"
            f"Origin: {self.house.environment['PUBLIC_URL']}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def cold_chart(self, number: int) -> tuple[Any, str]:
        """Return a published dashboard with its query, whose answer nobody knows."""
        from operant.stage.models import Result

        sql = self.sql.replace("GROUP BY", f"WHERE amount > -{number + 1} GROUP BY")
        dashboard = self._published(sql)
        # It was asked when it was published.
        self._until_answered(sql)
        with self.scope():
            Result.objects.filter(key=self._key(sql)).delete()
        return dashboard, sql

    def cold_viewers(self, count: int, chart: tuple[Any, str]) -> tuple[float, int]:
        """Let screens open a cold chart; return milliseconds to the last, and queries asked."""
        dashboard, sql = chart
        with Client("screens", {"port": self.house.port, "tokens": self.screens(count, dashboard.pk)}) as crowd:
            # The start of the program that plays them is nobody's wait: the peer's is not counted either.
            crowd.ask(("ready",))
            began = time.monotonic()
            opened = crowd.ask(("open", count))
            took = crowd.ask(("figures", began))
        if opened != count or len(took) != count:
            raise NotRunning(f"Of {count} screens {opened} opened and {len(took)} were given figures.")
        return max(took) * 1000, self.runs(sql)

    @contextmanager
    def watched(self, watchers: int) -> Iterator[None]:
        """Let so many screens watch the chart, meanwhile."""
        with Client("screens", {"port": self.house.port, "tokens": self.screens(watchers)}) as self.crowd:
            opened(self.crowd, watchers)
            self._until_answered(self.sql)
            self.watchers = watchers
            yield
        seeds.without_screens(self.house)

    def refreshed(self) -> int:
        """Have the data changed once, wait until all who watch have the new figures, and return how often it was asked."""
        before, began = self.runs(self.sql), time.monotonic()
        self.changed()
        told = len(self.crowd.ask(("figures", began)))
        if told != self.watchers:
            raise NotRunning(f"Of {self.watchers} watchers {told} were given the new figures.")
        return self.runs(self.sql) - before

    def queries_unwatched(self, seconds: float) -> int:
        """Return how often anything is asked while nobody watches."""
        from operant.stage.models import Result

        self.leave()
        with self.scope():
            before = sum(Result.objects.values_list("runs", flat=True))
        time.sleep(seconds)
        with self.scope():
            return sum(Result.objects.values_list("runs", flat=True)) - before

    def leave(self) -> None:
        """Have nobody watch anything from now on, so that nothing is asked again by itself."""
        from operant.stage.models import Result

        with self.scope():
            Result.objects.update(watched_until="2000-01-01T00:00Z", due_at=None)

    def publish(self, **changed: Any) -> tuple[str, float]:
        """
        Publish another version, with other queries and widgets if they are given; its first widget has a new `title`.

        Return the version and the moment it was begun.
        """
        from operant.stage import actions, queries

        self.title = f"Version {random.getrandbits(30)}"
        with self.scope():
            board = queries.dashboard(self.dashboard.pk)
            document = {**board.draft, **changed}
            first, *others = document["widgets"]
            document["widgets"] = [{**first, "title": self.title}, *others]
            board = actions.save_draft(dashboard=board, revision=board.revision, document=document)
            began = time.monotonic()
            version = actions.publish(dashboard=board, revision=board.revision, by=self.person)
        return version.public_id, began

    def pair(self, code: str) -> None:
        """Pair the device that shows a code, and let it show the dashboard."""
        from operant.relay.actions import pairing

        device = pairing.try_code(code=code, by=self.person, address="127.0.0.1")
        if device is None:
            raise NotRunning(f"No device shows the code {code}.")
        with self.scope():
            pairing.pair(device=device, name="Bench", dashboard=self.dashboard, by=self.person)

    def replaced(self, chance: random.Random) -> None:
        """Put a file with other figures in place of the one that is read."""
        from operant.stage import actions, queries

        with self.scope():
            source = queries.source(self.source.pk)
            file = SimpleUploadedFile("sales.csv", csv(chance), content_type="text/csv")
            actions.replace_file(source=source, upload=file, file_name="sales.csv", by=self.person)

    def changed(self) -> None:
        """Have everything asked again, as after a new file."""
        from operant.stage.actions import watching

        with self.scope():
            watching.ask_again(source=self.source)

    def runs(self, sql: str) -> int:
        """Return how often a query was sent to its source."""
        from operant.stage.models import Result

        with self.scope():
            return Result.objects.filter(key=self._key(sql)).values_list("runs", flat=True).first() or 0

    def key(self, sql: str) -> str:
        with self.scope():
            return self._key(sql)

    def forget(self) -> None:
        seeds.without_screens(self.house)

    def _key(self, sql: str) -> str:
        from operant.stage import queries

        return queries.key(self.source.pk, sql)

    def _source(self) -> Any:
        from operant.stage import actions, queries

        with self.scope():
            file = SimpleUploadedFile("sales.csv", csv(), content_type="text/csv")
            source = actions.upload(upload=file, file_name="sales.csv", by=self.person)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with self.scope():
                found = queries.source(source.pk)
                if found.has_data:
                    return found
            time.sleep(0.1)
        raise NotRunning(f"The uploaded file was not read within a minute: {found.state} {found.error}")

    def _published(self, sql: str) -> Any:
        from operant.stage import actions
        from operant.testing import stage as testing

        document = testing.document(self.source, sql, seconds=self.refresh)
        document["widgets"][0]["options"]["value"] = "amount"
        with self.scope():
            made = actions.create(name="Sales", by=self.person, document=document)
            actions.publish(dashboard=made, revision=made.revision, by=self.person)
        return made

    def _until_answered(self, sql: str) -> None:
        from operant.stage.models import Result

        end, key = time.monotonic() + 30, self.key(sql)
        while time.monotonic() < end:
            with self.scope():
                if Result.objects.filter(key=key, state="ok").exists():
                    return
            time.sleep(0.05)
        raise NotRunning("The chart had no figures after 30 s.")

    def _session(self) -> tuple[str, str]:
        from django.conf import settings
        from django.middleware.csrf import _get_new_csrf_string

        from operant.testing import cast as casting

        browser = casting.signed_in(self.person)
        session, csrf = browser.session, _get_new_csrf_string()
        session["_csrftoken"] = csrf
        session.save()
        return f"{settings.SESSION_COOKIE_NAME}={session.session_key}", csrf


def opened(crowd: Client, count: int) -> None:
    """Open all screens of a crowd."""
    found = crowd.ask(("open",))
    if found != count:
        raise NotRunning(f"Only {found:,} of {count:,} screens could be opened within {OPENING:g} s.")


def settled(crowd: Client, count: int) -> None:
    """Let all screens of a crowd say what they show, as they have when they stood for a while."""
    found = crowd.ask(("settle",))
    if found != count:
        raise NotRunning(f"Only {found:,} of {count:,} screens could be heard within {OPENING:g} s.")


def rows(chance: random.Random | None = None) -> list[tuple[int, str, int]]:
    """Return the same rows in every run, or such that a chance makes."""
    chance = chance or random.Random(7)
    return [(number, chance.choice(REGIONS), chance.randrange(1, 1000)) for number in range(ROWS)]


def csv(chance: random.Random | None = None) -> bytes:
    """Return the rows as a file that somebody uploads."""
    return ("number,region,amount\n" + "\n".join(f"{n},{region},{amount}" for n, region, amount in rows(chance))).encode()
