"""Addresses as data sources: kept, fetched while somebody watches, shown, changed and deleted."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from operant.platform import clock
from operant.platform.files.models import File
from operant.platform.queue import waits
from operant.stage import actions, earlier, events, kinds, queries
from operant.stage.feeds import JSON, Feed
from operant.stage.models import Connection, Source
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.cast import signed_in
from operant.testing.queue import queued, run_jobs
from operant.testing.receiver import Answer

SECRET = "never-to-be-seen"
COUNT = "select count(*) as open, sum(price) as worth from tickets"


def answering(*prices):
    return Answer(200, json.dumps([{"id": n, "price": price} for n, price in enumerate(prices)]).encode())


@pytest.fixture
def tickets(cast, server):
    """Harbour's data source “Tickets”: an address at the server, read once."""
    server.usual = answering(1.5, 2.5)
    feed = Feed("", JSON, server.url("/t?key=k"), header="X-Key", password=SECRET)
    with cast.at_harbour(cast.ben):
        made = actions.connect(name="Tickets", place=feed, by=cast.ben)
    run_jobs()
    return again(cast, made)


def again(cast, source):
    with cast.at_harbour():
        return queries.source(source.pk)


def test_an_address_is_connected_read_and_announced(cast, announced, tickets, server):
    assert (tickets.state, tickets.has_data, tickets.rows, tickets.is_database) == ("ready", True, 2, False)
    assert tickets.tables == [{"name": "tickets", "rows": 2, "columns": tickets.columns}]
    assert announced == [
        events.SourceConnected(source_id=tickets.public_id, name="Tickets", database="127.0.0.1", connected_by="Ben"),
        events.SourceReached(source_id=tickets.public_id, name="Tickets", tables=1),
    ]
    assert [each.headers["x-key"] for each in server.got] == [SECRET]
    with cast.at_harbour(), connection.cursor() as cursor:
        cursor.execute("SELECT address, password, settings::text FROM stage_connection")
        [row] = cursor.fetchall()
    assert b"key=k" not in bytes(row[0]) and SECRET.encode() not in bytes(row[1])


@pytest.mark.parametrize("watchers", [1, 20])
def test_it_is_asked_once_a_refresh_however_many_watch_and_not_at_all_when_nobody_does(cast, tickets, server, watchers):
    with clock.frozen():
        clock.advance(timedelta(hours=1))
        server.usual = answering(1, 2, 4)
        waits.sweep()
        run_jobs()
        assert len(server.got) == 1
        with cast.at_harbour():
            for number in range(watchers):
                keys = actions.watch(document=things.document(tickets, f"{COUNT} -- {number % 3}"))
        run_jobs()
        waits.sweep()
        run_jobs()
        assert len(server.got) == 2
    with cast.at_harbour():
        [found] = queries.results(keys.values())
    assert (found["state"], found["rows"]) == ("ok", [[3, 7.0]])


def test_what_was_read_stays_when_it_answers_no_more_and_comes_back_by_itself(cast, tickets, server, announced):
    def later(answer):
        return fetched_later(cast, keys.values(), server, answer)

    with clock.frozen():
        with cast.at_harbour():
            keys = actions.watch(document=things.document(tickets, COUNT))
        run_jobs()
        before = len(announced)
        failed = later(Answer(503))
        assert (failed["state"], failed["rows"]) == ("failed", [[2, 4.0]])
        assert failed["error"] == f"{server.place} answers 503. The fault is on its side. Try again later."
        assert later(Answer(503))["seq"] > failed["seq"]
        assert (later(answering(9))["state"], again(cast, tickets).state) == ("ok", "ready")
        # Told once when it went, and once when it came back.
        assert [type(each) for each in announced[before:]] == [events.SourceUnreached, events.SourceReached]


def fetched_later(cast, keys, server, answer, *, minutes=7):
    """Let some minutes pass in which somebody watches, and return what is shown after."""
    server.usual = answer
    clock.advance(timedelta(minutes=minutes))
    with cast.at_harbour():
        actions.keep_watching(keys=keys)
    for _ in range(3):
        waits.sweep()
        run_jobs()
    with cast.at_harbour():
        return queries.results(keys)[0]


def fetched_again(cast, source, server, answer):
    server.usual = answer
    with cast.at_harbour(cast.ben):
        actions.ask_for_test(source=queries.source(source.pk))
    run_jobs()
    return again(cast, source)


SUM = "select sum(price) as revenue from tickets"
OTHER = Answer(200, b'[{"number": 1}, {"number": 2}]')


@pytest.mark.parametrize(("trouble", "told"), [(Answer(503), events.SourceUnreached), (OTHER, events.SourceVersionWaits)])
def test_one_that_is_well_every_other_time_is_told_of_once_an_hour(cast, tickets, server, announced, trouble, told):
    with cast.at_harbour(cast.ben):
        version = things.published(cast.ben, name="Pulse", content=things.document(tickets, SUM))
        keys = queries.keys(version.document).values()
    run_jobs()
    announced.clear()
    with clock.frozen():
        for _ in range(3):
            assert fetched_later(cast, keys, server, trouble, minutes=15)["state"] == "failed"
            assert fetched_later(cast, keys, server, answering(9), minutes=15)["state"] == "ok"
        fetched_later(cast, keys, server, trouble, minutes=15)
        assert [type(each) for each in announced] == [told, events.SourceReached] * 2
        # One that stays in trouble is told of when its hour is over.
        fetched_later(cast, keys, server, trouble, minutes=30)
        assert [type(each) for each in announced] == [*[told, events.SourceReached] * 2, told]


def test_what_would_break_a_widget_waits_here_too_and_the_wall_says_why(cast, tickets, server, announced):
    with cast.at_harbour(cast.ben):
        version = things.published(cast.ben, name="Pulse", content=things.document(tickets, SUM))
    run_jobs()
    announced.clear()
    for _ in range(2):
        after = fetched_again(cast, tickets, server, OTHER)
    why = "with it, Revenue on Pulse would not work any more"
    with cast.at_harbour():
        assert [(each.number, each.state) for each in earlier.versions(after)] == [(2, "waiting"), (1, "in_use")]
        waits.sweep()
    run_jobs()
    with cast.at_harbour():
        [found] = queries.results(queries.keys(version.document).values())
    assert (after.state, after.rows, found["state"], found["rows"]) == ("failed", 2, "failed", [[4.0]])
    assert found["error"] == f"What is fetched is not used yet: {why}."
    assert [each for each in announced if isinstance(each, events.SourceVersionWaits)] == [
        events.SourceVersionWaits(source_id=tickets.public_id, name=tickets.name, number=2, why=why)
    ]
    page = signed_in(cast.ben).get(reverse("source", args=["harbour", tickets.pk])).text
    shown = ("Version 2 was read and is not in use yet", "Waits for you", "The test ended at one step")
    assert [each in page for each in shown] == [True, True, False]
    # An address that is gone meanwhile is told beside what waits.
    after = fetched_again(cast, tickets, server, Answer(503))
    ben = signed_in(cast.ben)
    gone, home = ben.get(reverse("source", args=["harbour", tickets.pk])).text, ben.get(reverse("home", args=["harbour"])).text
    assert [each in gone for each in ("Not reached", *shown[::2])] == [True, True, True]
    told = ("Version 2 of Tickets was read and waits.", "The address of Tickets could not be read.")
    assert [each in home for each in told] == [True, True]
    # It is used once the address gives what works again.
    after = fetched_again(cast, tickets, server, answering(7))
    with cast.at_harbour():
        assert (after.state, after.rows, len(earlier.versions(after))) == ("ready", 1, 0)


def test_somebody_may_use_what_was_fetched_anyway_and_take_it_back(cast, tickets, server):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(tickets, SUM))
    after = fetched_again(cast, tickets, server, OTHER)
    with cast.at_harbour(cast.ben):
        assert actions.use_version(source=after, number=2, by=cast.ben) == 1
    after = fetched_again(cast, tickets, server, OTHER)
    with cast.at_harbour(cast.ben):
        assert (after.state, [each["name"] for each in after.columns], after.number) == ("ready", ["number"], 2)
        actions.use_version(source=after, number=1, by=cast.ben)
    after = fetched_again(cast, tickets, server, OTHER)
    assert (after.state, after.number) == ("failed", 1)


def test_what_waits_after_somebody_decided_is_news(cast, tickets, server, announced):
    with cast.at_harbour(cast.ben):
        version = things.published(cast.ben, name="Pulse", content=things.document(tickets, SUM))
        keys = queries.keys(version.document).values()
    run_jobs()
    announced.clear()
    with clock.frozen():
        fetched_later(cast, keys, server, OTHER)
        with cast.at_harbour(cast.ben):
            actions.use_version(source=queries.source(tickets.pk), number=2, by=cast.ben)
        for answer in (answering(9), OTHER):
            fetched_later(cast, keys, server, answer)
    told = [events.SourceVersionWaits, events.SourceVersionUsed, events.SourceVersionWaits]
    assert [type(each) for each in announced] == told


def test_what_waits_stays_where_there_is_no_room_for_what_comes_after_it_and_nobody_asks_before_its_time(
    cast, tickets, server, settings
):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(tickets, SUM))
    after = fetched_again(cast, tickets, server, OTHER)
    with cast.at_harbour(), clock.frozen():
        waiting, asked = earlier.waiting(after), len(server.got)
        clock.advance(timedelta(seconds=400))
        settings.FILE_QUOTA = 1
        keys = actions.watch(document=things.document(tickets, COUNT))
    with clock.frozen():
        clock.advance(timedelta(seconds=401))
        for _ in range(3):
            with cast.at_harbour():
                actions.keep_watching(keys=keys.values())
            waits.sweep()
            run_jobs()
        after = again(cast, tickets)
        with cast.at_harbour():
            assert (len(server.got), after.is_stale(clock.now()), after.due_at) == (asked + 1, False, None)
            assert (after.error.split(":")[0], earlier.waiting(after)) == ("There is no room for this file", waiting)
            assert (after.versions, waiting.parquet.path) == (2, earlier.waiting(after).parquet.path)


def test_what_was_being_fetched_does_not_undo_the_choice_of_another_version(cast, tickets, server, tmp_path):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(tickets, SUM))
    after = fetched_again(cast, tickets, server, OTHER)
    with cast.at_harbour(cast.ben):
        actions.use_version(source=after, number=2, by=cast.ben)
        actions.ask_for_test(source=queries.source(tickets.pk))
        test = actions.begin_test(source_id=tickets.pk)
    report = kinds.probe(test.place, lambda _told: None, tmp_path, test.columns, test.pins)
    with cast.at_harbour(cast.ben):
        actions.use_version(source=queries.source(tickets.pk), number=1, by=cast.ben)
        actions.finish_test(test=test, report=report)
        now = queries.source(tickets.pk)
        assert (now.number, [each["name"] for each in now.columns], now.parquet_id) == (1, ["id", "price"], tickets.parquet_id)


def test_what_was_fetched_after_somebody_looked_is_not_used_unseen(cast, tickets, server):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(tickets, SUM))
    fetched_again(cast, tickets, server, OTHER)
    ben = signed_in(cast.ben)
    looked = ben.get(at("source-version-breaks", tickets.pk, 2)).text
    seen = looked.partition('name="seen" value="')[2].partition('"')[0]
    after = fetched_again(cast, tickets, server, Answer(200, b'[{"other": 1}]'))
    answers, numbers = [], []
    with cast.at_harbour():
        newer = str(earlier.waiting(after).pk)
    for each in (seen, newer):
        answers.append(ben.post(at("source-version-use", tickets.pk, 2), {"seen": each}).status_code)
        numbers.append(again(cast, tickets).number)
    assert (numbers, answers[1]) == ([1, 2], 302)


def test_types_that_would_break_a_widget_wait_and_go_when_nobody_wants_them(cast, tickets, server):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(tickets, SUM))
        actions.pin_columns(source=tickets, types={"price": "text"}, by=cast.ben)
    run_jobs()
    after = again(cast, tickets)
    with cast.at_harbour(cast.ben):
        waiting = earlier.waiting(after)
        assert (after.pins, [each["type"] for each in after.columns][-1]) == ({"price": "text"}, "float")
        actions.delete_version(source=after, number=waiting.number, by=cast.ben)
    run_jobs()
    after = again(cast, tickets)
    assert (after.state, after.pins, [each["type"] for each in after.columns][-1]) == ("ready", {}, "float")


def test_a_kept_header_is_not_sent_elsewhere(cast, tickets, server):
    with cast.at_harbour(cast.ben):
        for changed in ({"address": "https://example.com/"}, {"header": "X-Other"}):
            with pytest.raises(actions.PasswordNeeded, match="Enter the header's value again"):
                actions.change_connection(source=tickets, place=_feed(server, **changed), by=cast.ben)
        actions.change_connection(source=tickets, place=_feed(server, address=server.url("/other")), by=cast.ben)
    run_jobs()
    assert [(each.path, each.headers["x-key"]) for each in server.got][1:] == [("/other", SECRET)]
    with cast.at_harbour(cast.ben):
        actions.change_connection(source=tickets, place=_feed(server, header=""), by=cast.ben)
        assert queries.connected(again_here(tickets)).password == ""


def again_here(source):
    return queries.source(source.pk)


def _feed(server, **changed):
    return Feed(**{"key": "", "format": JSON, "address": server.url("/t"), "header": "X-Key", **changed})


def test_it_is_deleted_with_what_was_read(cast, tickets):
    with cast.at_harbour(cast.ben):
        actions.delete_source(source=tickets)
        assert (Source.objects.count(), Connection.objects.count(), File.objects.count()) == (0, 0, 0)


def test_another_organization_neither_finds_nor_fetches_it(cast, tickets, server):
    with clock.frozen(), cast.at_meadow():
        clock.advance(timedelta(hours=1))
        assert actions.begin_fetch(source_id=tickets.pk) is None
        assert Connection.objects.count() == 0


def at(name, *args):
    return reverse(name, args=["harbour", *args])


def shown(answer, status=200):
    assert answer.status_code == status
    text = answer.content.decode()
    assert SECRET not in text
    return text


def test_an_address_is_tried_and_connected_on_its_page(cast, signed_in, server):
    ben, server.usual = signed_in(cast.ben), answering(1, 2)
    assert [f"?kind={kind}" in shown(ben.get(at("connection-new"))) for kind in ("http_json", "http_csv", "nope")] == [
        True, True, False,
    ]  # fmt: skip
    page, trial = at("connection-new") + "?kind=http_json", at("connection-tests") + "?kind=http_json"
    typed = {"name": "Tickets", "address": server.url(), "fresh_seconds": "60", "header": "X-Key", "password": SECRET}
    assert "Where the rows are" in shown(ben.get(page))
    found = shown(ben.post(trial, typed))
    assert [word in found for word in ("The connection works", "2 rows with 2 columns came", "What was read")] == [True] * 3
    wrong = shown(ben.post(trial, typed | {"rows": "[[", "paging": "link", "password": ""}), 422)
    assert wrong.count("<li>") == 3
    assert "begins with https://" in shown(ben.post(page, typed | {"address": "file:///etc/passwd"}), 422)
    answer = ben.post(page, typed)
    run_jobs()
    source = shown(ben.get(answer.headers["Location"]))
    assert [word in source for word in ("JSON from the web: 127.0.0.1", "Read it again now", "First rows")] == [True] * 3
    with cast.at_harbour():
        made = Source.objects.get()
    change = shown(ben.get(at("source-connection", made.pk)))
    assert (server.url() in change, 'value="X-Key"' in change) == (True, True)
    assert ben.post(at("source-connection", made.pk), typed | {"password": "", "rows": "[0]"}).status_code == 302
    run_jobs()
    assert again(cast, made).rows == 1
    # Who may only look sees where it comes from, and neither address nor header.
    assert server.url() not in shown(signed_in(cast.cleo).get(at("source", made.pk)))
    assert ben.get(at("connection-new") + "?kind=nope").status_code == 404


def test_a_program_connects_an_address(cast, server):
    mine, server.usual = program(cast.at_harbour, cast.ann), answering(5)
    body = {"name": "Tickets", "kind": "http_json", "address": server.url(), "header": "X-Key", "header_value": SECRET,
            "paging": {"by": "number", "most_pages": 1}}  # fmt: skip
    made = mine.post("feeds", body)
    assert (made.status_code, made.json()["kind"], SECRET in made.content.decode()) == (201, "http_json", False)
    run_jobs()
    assert mine.get(f"sources/{made.json()['id']}/rows").json()["rows"] == [[0, 5]]
    assert server.got[0].path == "/?page=1"
    for wrong in ({"address": "ftp://x"}, {"rows": "[["}, {"paging": {"by": "link"}}, {"header": "Host"}):
        assert mine.post("feeds", body | wrong).status_code == 422
    assert queued() == []
