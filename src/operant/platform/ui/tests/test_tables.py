from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType

from operant.platform import clock
from operant.platform.ui.tables import Column, Empty, Filter, Table

SCREENS = [
    {"name": "Lobby", "city": "Hamburg", "state": "online", "version": 14},
    {"name": "Dock", "city": "Hamburg", "state": "offline", "version": 9},
    {"name": "Kitchen", "city": "Leipzig", "state": "online", "version": None},
]
COLUMNS = [
    Column("name", "Screen", sort=True),
    Column("city", "City"),
    Column("version", "Version", sort=True, align="end"),
]
STATES = Filter("state", "Status", [("online", "Online"), ("offline", "Offline")])


@pytest.fixture
def table(ask):
    def make(path="/screens/", rows=SCREENS, **options):
        headers = options.pop("headers", {})
        options = {"search": ["name", "city"], "filters": [STATES], "name": "screens", **options}
        return Table(rows, ask(path, **headers), options.pop("columns", COLUMNS), **options)

    return make


def names(table):
    return [str(line[0][1]) for line in table.lines]


def test_without_parameters_rows_keep_their_order(table):
    assert names(table()) == ["Lobby", "Dock", "Kitchen"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("hamb", ["Lobby", "Dock"]),
        ("HAMBURG dock", ["Dock"]),
        ("nothing", []),
        ("", ["Lobby", "Dock", "Kitchen"]),
    ],
)
def test_every_word_of_a_search_must_be_found_somewhere(table, query, found):
    assert names(table(f"/screens/?q={query}")) == found


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["Dock", "Kitchen", "Lobby"]),
        ("-name", ["Lobby", "Kitchen", "Dock"]),
        ("version", ["Dock", "Lobby", "Kitchen"]),
        ("-version", ["Lobby", "Dock", "Kitchen"]),
        ("city", ["Lobby", "Dock", "Kitchen"]),
        ("--name", ["Lobby", "Dock", "Kitchen"]),
        ("name__password", ["Lobby", "Dock", "Kitchen"]),
    ],
)
def test_only_columns_that_allow_it_are_sorted_and_missing_values_come_last(table, sort, order):
    assert names(table(f"/screens/?sort={sort}")) == order


def test_a_filter_takes_its_own_choices_only(table):
    assert names(table("/screens/?state=offline")) == ["Dock"]
    assert names(table("/screens/?state=exploded")) == ["Lobby", "Dock", "Kitchen"]


PAGES = {"2": 2, "99": 2, "0": 1, "-1": 1, "x": 1, "٢": 1, "": 1, "9" * 5000: 1}


@pytest.mark.parametrize(("asked", "page"), PAGES.items(), ids=lambda value: str(value)[:9])
def test_a_page_that_does_not_exist_becomes_the_nearest(table, asked, page):
    shown = table(f"/screens/?page={asked}", page_size=2)
    assert (shown.page, names(shown)) == (page, [["Lobby", "Dock"], ["Kitchen"]][page - 1])


def test_addresses_keep_what_is_chosen_and_what_belongs_to_others(table):
    shown = table("/screens/?tab=all&q=hamburg&state=online&sort=-name&page=1", page_size=1, filters=[STATES])
    assert shown.address == "/screens/?tab=all&q=hamburg&state=online&sort=-name"
    assert shown.csv_address == "/screens/?tab=all&q=hamburg&state=online&sort=-name&format=csv"
    assert shown.bare_address == "/screens/?tab=all&sort=-name"
    pages = table("/screens/?page=2", page_size=1)
    assert (pages.previous_address, pages.next_address) == ("/screens/", "/screens/?page=3")


def test_two_tables_on_one_page_have_addresses_of_their_own(table):
    shown = table("/screens/?q=other&a-q=dock", prefix="a-")
    assert names(shown) == ["Dock"]
    assert shown.address == "/screens/?q=other&a-q=dock"


def test_heads_say_how_they_are_sorted_and_what_comes_next(table):
    heads = [(head.column.key, head.direction, head.next_sort) for head in table("/screens/?sort=name").heads]
    assert heads == [("name", "ascending", "-name"), ("city", "none", "city"), ("version", "none", "version")]
    assert table("/screens/?sort=-name").heads[0].next_sort == "name"


def test_a_cell_is_escaped_unless_it_was_made_as_html(table):
    shown = table(rows=[{"name": "<b>", "city": "", "state": "", "version": 1234567}])
    assert [str(html) for _, html in shown.lines[0]][0] == "&lt;b&gt;"
    assert [str(html) for _, html in shown.lines[0]][2] == "1,234,567"


def test_the_csv_holds_every_matching_row_and_no_formula(table):
    rows = [*SCREENS, {"name": "=HYPERLINK()", "city": "Hamburg", "state": "online", "version": -2}]
    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        asked = table("/screens/?format=csv&q=hamburg&sort=name", rows=rows, page_size=1)
        answer = asked.respond("unused.html")
    assert answer["Content-Disposition"] == 'attachment; filename="screens-2026-11-22.csv"'
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Screen,City,Version", "'=HYPERLINK(),Hamburg,-2", "Dock,Hamburg,9", "Lobby,Hamburg,14"]


def test_htmx_gets_the_rows_alone_with_the_address_they_have(table):
    headers = {"HX-Request": "true", "HX-Target": "div#screens-rows"}
    headers["HX-Current-URL"] = "http://testserver/screens/"
    typed = table("/screens/?q=dock&state=", headers=headers).respond("unused.html")
    assert "<html" not in typed.content.decode() and "Dock" in typed.content.decode()
    assert (typed["HX-Replace-Url"], typed.has_header("HX-Push-Url")) == ("/screens/?q=dock", False)
    chosen = table("/screens/?state=online", headers=headers).respond("unused.html")
    assert (chosen["HX-Push-Url"], chosen.has_header("HX-Replace-Url")) == ("/screens/?state=online", False)
    same = table("/screens/", headers=headers).respond("unused.html")
    assert not same.has_header("HX-Push-Url") and not same.has_header("HX-Replace-Url")


def test_an_empty_list_says_whether_it_is_empty_or_narrowed(draw, table):
    empty = Empty("No screen yet.", action="Pair a screen", url="/pair")
    bare = draw('<c-table :table="table" />', table=table(rows=[], empty=empty))
    assert "No screen yet." in bare and 'href="/pair"' in bare
    narrowed = draw('<c-table :table="table" />', table=table("/screens/?q=zzz", empty=empty))
    assert "Nothing matches." in narrowed and "No screen yet." not in narrowed


def test_the_table_can_be_reached_sorted_and_read_without_a_mouse(draw, table):
    page = draw('<c-table :table="table" />', table=table("/screens/?sort=name", label="All screens"))
    assert '<div class="ot-table-scroll" role="region" aria-label="All screens" tabindex="0">' in page
    assert 'aria-sort="ascending"' in page
    assert 'id="screens-by-name" form="screens-search" name="sort" value="-name">' in page


@pytest.mark.django_db
def test_a_queryset_is_searched_sorted_and_paged_in_two_queries_whatever_its_size(table, django_assert_num_queries):
    for size in (1, 3):
        for number in range(size):
            ContentType.objects.get_or_create(app_label="tables", model=f"made{number}")
        rows = ContentType.objects.filter(app_label="tables")
        columns = [Column("model", "Model", sort=True)]
        shown = table("/x/?q=MADE&sort=-model", rows=rows, columns=columns, search=["model"], filters=[])
        with django_assert_num_queries(2):
            assert names(shown) == [f"made{number}" for number in reversed(range(size))]
            assert shown.total == size


def test_an_address_that_is_none_is_no_trouble(table):
    headers = {"HX-Target": "div#screens-rows", "HX-Current-URL": "http://[::1"}
    assert table("/screens/?q=lobby", headers=headers).respond("unused.html").status_code == 200
