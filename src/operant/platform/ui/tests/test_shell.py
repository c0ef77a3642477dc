from types import SimpleNamespace

import pytest

from operant.platform.ui import context, navigation
from operant.platform.ui.navigation import Entry, Link, Section


@pytest.fixture(autouse=True)
def known_addresses(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "reverse", lambda name, args: "/" + "/".join(["o", *args, name, ""]))


def test_rooms_stand_in_order_under_their_sections_and_only_where_one_may_go(ask):
    navigation.register(Entry("People", "lucide--users", "people", order=40, section="Account"))
    navigation.register(Entry("Screens", "lucide--tv", "screens", order=30, count=lambda request: 2))
    navigation.register(Entry("Sources", "lucide--database", "sources", order=20))
    navigation.register(Entry("Billing", "lucide--coins", "billing", order=10, may=lambda request: False))
    assert navigation.sections(ask("/o/harbour/screens/scr_1/"), "harbour") == [
        Section(
            "",
            [
                Link("Sources", "lucide--database", "/o/harbour/sources/", None, False),
                Link("Screens", "lucide--tv", "/o/harbour/screens/", 2, True),
            ],
        ),
        Section("Account", [Link("People", "lucide--users", "/o/harbour/people/", None, False)]),
    ]


def test_counts_are_not_asked_for_on_an_error_page(ask):
    def count(request):
        raise AssertionError

    navigation.register(Entry("Screens", "lucide--tv", "screens", count=count))
    request = ask()
    request.organization = SimpleNamespace(name="Harbour", slug="harbour")
    shell = context.Shell(request, quiet=True)
    assert [link.count for section in shell.sections for link in section.links] == [None]
    assert shell.organizations == []


def test_an_exact_entry_is_current_on_its_own_page_only(ask):
    navigation.register(Entry("Home", "lucide--house", "home", exact=True))
    current = [navigation.sections(ask(path), "h")[0].links[0].current for path in ("/o/h/home/", "/o/h/home/x")]
    assert current == [True, False]


def test_the_switcher_lists_the_organizations_one_belongs_to(ask):
    request = ask()
    harbour, meadow = (SimpleNamespace(name=name.title(), slug=name) for name in ("harbour", "meadow"))
    request.organization = meadow
    request.memberships = [SimpleNamespace(organization=each) for each in (harbour, meadow)]
    assert context.Shell(request).organizations == [
        context.Choice("Harbour", "/o/harbour/", False),
        context.Choice("Meadow", "/o/meadow/", True),
    ]


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("", ""), ('"><script>', "")])
def test_only_a_known_theme_is_written_into_the_page(ask, draw, cookie, theme):
    request = ask()
    request.COOKIES["ot-theme"] = cookie
    assert context.theme_of(request) == theme
    page = draw('{% include "public.html" %}', request)
    assert ('data-theme="' in page) == bool(theme) and "<script>" not in page


def test_a_public_page_starts_no_session(ask, draw):
    request = ask()
    draw('{% include "public.html" %}', request)
    assert "CSRF_COOKIE" not in request.META
