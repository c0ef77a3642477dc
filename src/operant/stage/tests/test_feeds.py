"""Addresses of the web, fetched from a real server on this machine, also from one that means no good."""

import gzip
import json
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from operant.platform import clock
from operant.platform.files import sandbox
from operant.platform.outgoing import Allowed, resolving
from operant.platform.refusals import Invalid
from operant.stage.feeds import CSV, JSON, PROMETHEUS, Feed, fetching, probe, reading
from operant.stage.feeds.feed import checked, checked_expression, checked_header, checked_measures
from operant.testing.receiver import CUT, DRIP, HUGE, SILENT, Answer, certificate, receiver

SECRET = "never-to-be-seen"
PACKED = gzip.compress(b'[{"a": 1}]')


def said(rows, **headers):
    return Answer(200, rows if isinstance(rows, bytes) else json.dumps(rows).encode(), headers)


@pytest.fixture
def ask(server, tmp_path):
    """Return a function: what a test of an address at the server finds, and the rows that it read."""

    def asked(path="/", **told):
        report = probe(Feed("k", **{"format": JSON, "address": server.url(path), **told}), folder=tmp_path)
        rows = sandbox.query({"t": report.fetched.parquet_path}, "select * from t").rows if report.fetched else None
        return report, rows

    return asked


def failed(report):
    """Return at which step a test ended, and what was said; everything that a person sees is looked through first."""
    assert SECRET not in str(report)
    assert "?key=" not in str(report.steps)
    return report.failure.name, report.failure.sentence


def test_an_answer_in_json_becomes_a_table_with_types(ask, server):
    rows = [{"id": 1, "day": "2026-01-02", "price": 2.5, "tags": ["a"]}, {"id": 2, "day": "2026-01-03", "price": None}]
    server.usual = said({"meta": {"count": 2}, "data": {"orders": rows}})
    report, found = ask(rows="data.orders")
    assert [(each.name, each.type) for each in report.fetched.columns] == [
        ("id", "integer"), ("day", "date"), ("price", "float"), ("tags", "json"),
    ]  # fmt: skip
    assert found == [[1, "2026-01-02", 2.5, ["a"]], [2, "2026-01-03", None, None]]
    assert [(each.name, each.state) for each in report.steps] == [
        ("resolve", "ok"), ("connect", "ok"), ("tls", "skipped"), ("answer", "ok"), ("read", "ok"),
    ]  # fmt: skip
    assert report.steps[-1].sentence == "2 rows with 4 columns came."


@pytest.mark.parametrize(
    ("answer", "expression", "rows"),
    [
        ({"orders": [{"a": 1}], "page": 1}, "", [[1]]), ([[1, "x"], [2, "y"]], "", [[1, "x"], [2, "y"]]),
        ({"temperature": 21.5, "wind": 3}, "", [[21.5, 3]]), ({"a": {"b": [1, 2]}}, "a.b", [[1], [2]]),
        ([{"n": 1, "open": True}, {"n": 2, "open": False}], "[?open].{n: n}", [[1]]), ([{"a": 10**30}], "", [[1e30]]),
    ],
)  # fmt: skip
def test_where_the_rows_are_is_guessed_or_said(ask, server, answer, expression, rows):
    server.usual = said(answer)
    assert ask(rows=expression)[1] == rows


def test_csv_is_read_like_an_uploaded_file_also_compressed(ask, server):
    content = gzip.compress("Tag;Umsatz\n01.02.2026;1.234,50\n02.02.2026;10,00\n".encode("cp1252"))
    server.usual = said(content, **{"Content-Encoding": "gzip", "Content-Type": "text/csv"})
    report, rows = ask(format=CSV)
    assert rows == [["2026-02-01", 1234.5], ["2026-02-02", 10.0]]
    assert report.warnings == ["Numbers were read with a decimal comma (1.234,5 is 1234.5): “Umsatz”."]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://docs.google.com/spreadsheets/d/1aB_c-d/edit?usp=sharing#gid=42",
         "https://docs.google.com/spreadsheets/d/1aB_c-d/export?format=csv&gid=42"),
        ("https://docs.google.com/spreadsheets/d/1aB_c-d/edit", "https://docs.google.com/spreadsheets/d/1aB_c-d/export?format=csv"),
        ("https://docs.google.com/spreadsheets/d/e/2PACX-1v/pubhtml?gid=0&single=true",
         "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pub?output=csv&gid=0&single=true"),
        (" https://EXAMPLE.com:443/a b".replace(" b", "?b=ü"), "https://example.com/a?b=%C3%BC"),
    ],
)  # fmt: skip
def test_the_address_of_a_sheet_is_kept_as_that_of_its_rows(typed, kept):
    assert checked(typed) == kept


def test_pages_are_followed_by_link_and_by_number(ask, server):
    server.at = {
        "/a": said({"items": [{"n": 1}, {"n": 2}], "next": "/b?x=1"}), "/b?x=1": said({"items": [{"n": 3}], "next": None}),
        **{f"/c?q=1&p={n}": said([{"n": n}] if n < 3 else []) for n in range(5)},
    }  # fmt: skip
    assert ask("/a", rows="items", paging="link", following="next")[1] == [[1], [2], [3]]
    assert ask("/c?q=1", paging="number", parameter="p", first=0)[1] == [[0], [1], [2]]
    report, rows = ask("/c?q=1", paging="number", parameter="p", first=0, most_pages=2)
    assert (rows, report.warnings) == ([[0], [1]], ["Only the first 2 pages were read: there are more."])


def test_pages_stay_on_one_host_and_end(ask, server):
    server.at = {
        "/round": said({"items": [{"n": 1}], "next": "/round"}),
        "/away": said({"items": [{"n": 1}], "next": "http://169.254.169.254/latest"}),
        "/odd": said({"items": [{"n": 1}], "next": "file:///etc/passwd"}),
    }  # fmt: skip
    how = {"rows": "items", "paging": "link", "following": "next"}
    assert failed(ask("/round", **how)[0])[1] == "The pages lead back to one that was read already."
    assert failed(ask("/away", **how)[0])[1].startswith("The next page is at 169.254.169.254, and")
    assert failed(ask("/odd", **how)[0])[1] == "What should be the next page's address is none."
    assert len(server.got) == 3


def test_a_header_signs_in_and_goes_nowhere_else(ask, server, settings):
    with receiver() as other:
        settings.PRIVATE_NETWORKS = Allowed.parsed(f"{server.place} {other.place}")
        other.usual, server.at = said([{"a": 1}]), {"/there": Answer(302, headers={"Location": other.url("/x")})}
        server.at["/here"] = Answer(301, headers={"Location": "/end"})
        server.at["/end"] = said([{"a": 2}])
        how = {"header": "Authorization", "password": f"Bearer {SECRET}"}
        assert ask("/there", **how)[1] == [[1]]
        assert ask("/here", **how)[1] == [[2]]
    assert [each.headers.get("authorization") for each in other.got] == [None]
    assert [(each.path, each.headers.get("authorization")) for each in server.got] == [
        (path, f"Bearer {SECRET}") for path in ("/there", "/here", "/end")
    ]


@pytest.mark.parametrize(
    ("answer", "step", "words"),
    [
        (Answer(401), "answer", "answers 401"), (Answer(403), "answer", "answers 403"), (Answer(404), "answer", "answers 404"),
        (Answer(429), "answer", "answers 429"), (Answer(503), "answer", "answers 503"), (Answer(204), "answer", "answers 204"),
        (Answer(how=CUT), "answer", "ended the connection before there was"), (said(b"{"), "read", "The JSON is broken in line 1"),
        (said(b"\xff"), "read", "not UTF-8"), (said(b"[" * 100_000), "read", "nested too deeply"),
        (said(b"1" * 5_000), "read", "too long"), (said([]), "read", "with no rows"), (said({"data": None}), "read", "nothing at"),
        (said(b"<html>", **{"Content-Type": "text/html; charset=utf-8"}), "answer", "web page, not with JSON"),
        (said(b"no gzip", **{"Content-Encoding": "gzip"}), "read", "says that it is compressed"),
        (said(PACKED[:-9], **{"Content-Encoding": "gzip"}), "read", "in the middle of what is compressed"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said_at_its_step(ask, server, answer, step, words):
    server.usual = answer
    report, _ = ask("/x?key=k", rows="data" if words == "nothing at" else "", header="X-Key", password=SECRET)
    at, sentence = failed(report)
    assert (at, words in sentence) == (step, True), sentence


def test_a_gigabyte_is_refused_before_a_byte_of_it_is_read(ask, server, monkeypatch):
    server.usual = Answer(200, b"", {"Content-Length": str(10**9)}, how=HUGE)
    assert failed(ask()[0]) == ("read", "There is more than 32 MB to read, so it was given up.")
    monkeypatch.setattr(reading, "MOST_BYTES", 50_000)
    server.usual = Answer(200, b"[", how=HUGE)
    assert failed(ask()[0])[1].startswith("There is more than 0 MB")
    # A thousand times as much once it is unpacked.
    server.usual = said(gzip.compress(b" " * 10**6), **{"Content-Encoding": "gzip"})
    assert failed(ask()[0])[1].startswith("There is more than 0 MB")
    server.usual = said([{"a": "x" * 20_000}])
    server.at = {f"/p?page={n}": said([{"a": "x" * 20_000}]) for n in range(9)}
    assert failed(ask("/p", paging="number")[0])[1].startswith("There is more than 0 MB")


def test_nothing_is_read_behind_the_end_of_what_is_compressed(ask, server):
    server.usual = Answer(200, PACKED, {"Content-Encoding": "gzip"}, how=HUGE)
    assert ask()[1] == [[1]]


@pytest.mark.parametrize("how", [SILENT, DRIP])
def test_a_server_that_dawdles_is_left_in_time(ask, server, monkeypatch, how):
    monkeypatch.setattr(reading, "SECONDS", 0.4)
    server.usual = Answer(how=how)
    assert failed(ask()[0]) == ("answer", "127.0.0.1 did not give everything within 0.4 seconds.")
    server.release()


PLACES = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]", "0.0.0.0", "169.254.169.254", "2852039166", "[fd00:ec2::254]", "10.1.2.3", "192.168.1.1",
    "localhost", "127.0.0.1.", "①②⑦.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", PLACES)
def test_no_spelling_of_a_closed_address_is_called(ask, server, settings, host):
    settings.PRIVATE_NETWORKS = Allowed()
    url = f"http://{host}:{server.port}/"
    assert failed(ask(address=url)[0])[0] == "resolve"
    assert server.got == []


@pytest.mark.parametrize("host", PLACES)
def test_no_redirect_leads_to_a_closed_address(ask, server, settings, host):
    with receiver() as other:
        # Only the first one was opened by the operator.
        server.usual = Answer(302, headers={"Location": f"http://{host}:{other.port}/"})
        assert failed(ask()[0])[0] in {"resolve", "answer", "connect"}
    assert (len(server.got), other.got) == (1, [])


def test_redirects_end(ask, server):
    server.usual = Answer(302, headers={"Location": "/again"})
    assert failed(ask()[0])[1].endswith("leads on more than 5 times.")
    assert len(server.got) == fetching.MOST_REDIRECTS + 1
    server.usual = Answer(302, headers={"Location": "javascript:alert(1)"})
    assert failed(ask()[0])[1].endswith("leads to somewhere that is no address.")


@pytest.fixture
def names(monkeypatch):
    """What the resolver says of names, one answer after the other."""
    known, usual = {}, socket.getaddrinfo

    def answer(host, port, *more, **how):
        if host not in known:
            return usual(host, port, *more, **how)
        found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(resolving.socket, "getaddrinfo", answer)
    return known


def test_a_name_that_changes_its_mind_is_asked_where_it_was_judged(ask, server, settings, names):
    # Good when it is judged, and bad a moment later: whoever looked twice would call the second.
    names["rebind.example"] = ["127.0.0.1", "169.254.169.254"]
    server.usual = said([{"a": 1}])
    assert ask(address=server.url("/", host="rebind.example"))[1] == [[1]]
    assert server.got[0].headers["host"] == f"rebind.example:{server.port}"
    # The other way round for the next page: it is judged again, and refused.
    names["rebind.example"] = ["127.0.0.1", "169.254.169.254"]
    server.usual = said({"items": [{"a": 1}], "next": "/two"})
    report, _ = ask(address=server.url("/", host="rebind.example"), rows="items", paging="link", following="next")
    assert "machines and clouds keep their secrets" in report.failure.sentence


def test_encryption_is_verified_and_never_dropped_on_the_way(ask, server, settings, names, tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path, "feed.example")
    names["feed.example"] = names["other.example"] = ["127.0.0.1"]
    with receiver(context) as safe:
        settings.PRIVATE_NETWORKS = Allowed.parsed(f"{server.place} {safe.place}")
        safe.usual = said([{"a": 1}])
        assert failed(ask(address=safe.url("/", host="feed.example"))[0])[0] == "tls"
        monkeypatch.setattr(fetching.lines, "trusting", lambda: _trusting(trusted))
        report, rows = ask(address=safe.url("/", host="feed.example"))
        assert (rows, report.steps[2].state) == ([[1]], "ok")
        assert failed(ask(address=safe.url("/", host="other.example"))[0])[0] == "tls"
        safe.usual = Answer(302, headers={"Location": server.url("/")})
        assert failed(ask(address=safe.url("/", host="feed.example"))[0])[1].endswith("leads to an address without encryption.")
    assert server.got == []


def _trusting(path):
    import ssl

    return ssl.create_default_context(cafile=str(path))


def test_a_header_is_not_sent_in_clear_over_the_open_internet(ask, names):
    names["shop.example"] = ["1.1.1.1"]
    report, _ = ask(address="http://shop.example/x", header="X-Key", password=SECRET)
    assert failed(report)[1].startswith("shop.example is on the open internet, where the header would be read")


def test_an_answer_without_rows_keeps_the_columns_of_before(ask, server, tmp_path):
    server.usual = said([{"id": 1, "day": "2026-01-02"}])
    before = ask()[0].fetched.columns
    server.usual = said([])
    report = probe(Feed("k", JSON, server.url()), folder=tmp_path, columns=before)
    assert (report.failure, report.fetched.rows, report.fetched.columns) == (None, 0, before)


MATRIX = {"status": "success", "data": {"resultType": "matrix", "result": [
    {"metric": {"__name__": "up", "job": "web", "value": "v"}, "values": [[1795360302.658, "1"], [1795360317.658, "NaN"]]},
    {"metric": {"job": "db"}, "values": [[1795360302.658, "+Inf"]]},
]}}  # fmt: skip


def test_a_prometheus_is_asked_for_its_measures(ask, server):
    with clock.frozen(datetime(2026, 11, 22, 15, 0, 7, tzinfo=UTC)):
        end = 1795359600
        span = f"start={end - 3600}&end={end}&step=15"
        server.at = {
            f"/p/api/v1/query_range?query=up&{span}": said(MATRIX),
            f"/p/api/v1/query_range?query=rate%28x%5B5m%5D%29&{span}": said({"data": {"resultType": "matrix", "result": []}}),
            f"/p/api/v1/query?query=vector%282%29&time={end + 7}": said(
                {"data": {"resultType": "vector", "result": [{"metric": {}, "value": [end, "2"]}]}}
            ),
            f"/p/api/v1/query?query=1&time={end + 7}": said({"data": {"resultType": "scalar", "result": [end, "1"]}}),
        }
        told = {"format": PROMETHEUS, "header": "Authorization", "password": SECRET}
        report, rows = ask("/p/", measures=[["Up", "up"], ["Rate", "rate(x[5m])"]], span_seconds=3600, **told)
        assert [each.name for each in report.fetched.columns] == ["measure", "time", "value", "job", "label_value"]
        assert rows == [
            ["Up", "2026-11-22T15:11:42.658Z", 1.0, "web", "v"], ["Up", "2026-11-22T15:11:57.658Z", None, "web", "v"],
            ["Up", "2026-11-22T15:11:42.658Z", None, "db", None],
        ]  # fmt: skip
        assert report.warnings == ["The measure “Rate” has no values."]
        assert ask("/p", measures=[["a", "vector(2)"], ["b", "1"]], **told)[1] == [
            ["a", "2026-11-22T15:00:00Z", 2.0], ["b", "2026-11-22T15:00:00Z", 1.0],
        ]  # fmt: skip
    assert {each.headers["authorization"] for each in server.got} == {SECRET}


def test_a_prometheus_says_what_is_wrong_with_an_expression(ask, server):
    server.usual = Answer(400, b'{"status":"error","error":"1:5: parse error: unclosed left parenthesis"}')
    told = {"format": PROMETHEUS, "measures": [["a", "sum("]]}
    assert failed(ask(**told)[0]) == ("read", "Prometheus says: 1:5: parse error: unclosed left parenthesis.")
    for other in ([], {"data": {"resultType": "matrix", "result": [{"metric": {}}]}}, {"data": {"resultType": "x", "result": [1]}}):
        server.usual = said(other)
        assert failed(ask(**told)[0])[1].startswith("This is not how Prometheus answers.")
    server.usual = said({"data": {"resultType": "string", "result": [1, "a"]}})
    assert failed(ask(**told)[0])[1] == "The measure “a” is a text, and no number."
    for said_so in ({}, {"Content-Encoding": "gzip"}):
        server.usual = Answer(404, b"no JSON", said_so)
        assert failed(ask(**told)[0])[1].endswith("answers 404.")
    server.usual = Answer(404, gzip.compress(b"no JSON"), {"Content-Encoding": "gzip"})
    assert failed(ask(**told)[0])[1].endswith("answers 404.")


def test_measures_are_written_one_a_line():
    assert checked_measures(" up: up \n\nError rate: a{b=\"c: d\"}") == [["up", "up"], ["Error rate", 'a{b="c: d"}']]
    for wrong in ("", "up", "up:", ": up", "a: b\na: c", "ä: b", "a: " + "x" * 1_001, "\n".join(f"m{n}: up" for n in range(21))):
        with pytest.raises(Invalid):
            checked_measures(wrong)


@pytest.mark.parametrize("text", ["a[", "a..b", "`", "a" * 501, "[" * 400, "\0"])
def test_what_is_no_expression_is_refused_with_a_sentence(text):
    with pytest.raises(Invalid, match=r"expression"):
        checked_expression(text)


@pytest.mark.parametrize(("name", "value"), [("Host", "x"), ("A B", "x"), ("X\r\nY", "x"), ("X", "a\r\nb"), ("X", "ü"), ("", "x")])
def test_what_is_no_header_is_refused(name, value):
    with pytest.raises(Invalid):
        checked_header(name, value)


def test_a_feed_shows_neither_its_address_nor_what_signs_in():
    feed = replace(Feed("k", JSON, "https://example.com/?key=k"), password=SECRET)
    assert SECRET not in repr(feed)
    assert "?key=" not in repr(feed)
