"""What an organization is set to and how it looks: on its page, for programs, and in its mails."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from operant.demo import logos
from operant.panel.organizations import actions, brand, choices, events, queries
from operant.panel.organizations.models import Membership, Role
from operant.platform import messaging
from operant.platform.files.models import File
from operant.platform.messaging.models import Message
from operant.platform.refusals import Gone, Invalid
from operant.testing.api import program

PAGE = "/o/harbour/settings/"
KEPT = {"name": "Harbour", "time_zone": "Europe/Berlin", "locale": "de-DE", "currency": "CHF", "postal_address": "Quay 1\nHamburg"}


def changed(cast, **given):
    with cast.at_harbour(cast.ada):
        return actions.change_settings(organization=queries.organization(), **given)


def logo(cast, picture=logos.harbour, name="harbour.png"):
    with cast.at_harbour(cast.ada):
        return actions.put_logo(organization=queries.organization(), upload=ContentFile(picture()), file_name=name)


def test_each_change_is_told_with_what_was_there_before(cast, announced):
    changed(cast, **KEPT, color="#0F4C81")
    changed(cast, **KEPT, color="#0f4c81")
    told = [(each.setting, each.before, each.now) for each in announced]
    assert told == [
        ("time zone", "UTC", "Europe/Berlin"),
        ("language of numbers and dates", "en", "de-DE"),
        ("currency", "EUR", "CHF"),
        ("postal address", "nothing", "Quay 1, Hamburg"),
        ("brand color", "nothing", "#0f4c81"),
    ]
    changed(cast, name="Port")
    assert announced[5:] == [events.OrganizationRenamed(before="Harbour", name="Port")]


@pytest.mark.parametrize(
    "wrong",
    [{"time_zone": "Mars/Olympus"}, {"locale": "xx"}, {"currency": "EURO"}, {"currency": "eur"}, {"color": "red"},
     {"color": "#12345"}, {"color": "url(x)"}, {"postal_address": "x" * 501}, {"postal_address": "a\n" * 9}, {"name": " "}],
)  # fmt: skip
def test_what_it_cannot_be_set_to_is_refused(cast, announced, wrong):
    with pytest.raises(Invalid):
        changed(cast, **wrong)
    assert announced == []


def test_currencies_are_a_closed_list():
    codes = choices.currency_codes()
    assert {"EUR", "CHF", "USD", "GBP", "JPY", "XOF"} <= codes
    assert [code for code in codes if not re.fullmatch("[A-Z]{3}", code)] == []
    assert (len(codes), "XAU" in codes, "DEM" in codes) == (len(choices.currencies()), False, False)


def test_the_page_saves_and_shows(cast, signed_in):
    ada = signed_in(cast.ada)
    assert ada.post(PAGE, KEPT).url == PAGE
    page = ada.get(PAGE).content.decode()
    assert [text for text in ("Quay 1\nHamburg", 'value="CHF" selected', "/o/harbour/") if text not in page] == []
    refused = ada.post(PAGE, {**KEPT, "name": "See https://evil.example"})
    assert (refused.status_code, "holds no web address" in refused.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("color", "written", "line", "told"),
    # The same as in frontend/elements/tests/brand.test.ts: what is previewed is what is kept.
    [("#0f4c81", "#ffffff", "#0f4c81", "8.9"), ("#ffd400", "#000000", "#6b7280", "14.7"), ("#767676", "#000000", "#767676", "4.6"),
     ("#ffffff", "#000000", "#6b7280", "21.0")],
)  # fmt: skip
def test_the_page_says_what_is_read_on_the_color(cast, signed_in, color, written, line, told):
    ada = signed_in(cast.ada)
    ada.post(PAGE + "brand", {"color": color})
    page = ada.get(PAGE).content.decode()
    assert f'fill="{color}" stroke="{line}"' in page and f"<span data-contrast>{told}</span>" in page
    assert f'text-anchor="middle" fill="{written}"' in page


def test_a_logo_is_put_replaced_and_removed(cast, announced):
    first = logo(cast).logo
    second = logo(cast, logos.meadow, "second.png").logo
    with cast.at_harbour(cast.ada):
        assert [each.name for each in File.objects.all()] == ["second.png"]
        assert (second.kind, first.sha256 == second.sha256) == ("png", False)
        actions.remove_logo(organization=queries.organization())
        assert File.objects.count() == 0
        with pytest.raises(Gone):
            actions.remove_logo(organization=queries.organization())
    assert announced == [
        events.LogoChanged(before="", name="harbour.png"),
        events.LogoChanged(before="harbour.png", name="second.png"),
        events.LogoRemoved(before="second.png"),
    ]


def test_everybody_with_its_address_sees_the_logo_and_nothing_else(cast):
    path = logo(cast).logo_path
    shown = Client().get(path)
    assert (shown.status_code, shown["Content-Type"], shown["Cross-Origin-Resource-Policy"]) == (200, "image/png", "cross-origin")
    assert (shown["X-Content-Type-Options"], shown["Content-Security-Policy"]) == ("nosniff", "sandbox; default-src 'none'")
    assert (shown.content[:8], shown.cookies) == (b"\x89PNG\r\n\x1a\n", {})
    with cast.at_harbour():
        other = File.objects.create(name="orders.csv", kind="csv", size=1, sha256="", location="x")
    forged = brand.logo_path(cast.harbour.pk, other.pk)
    theirs = brand.logo_path(cast.meadow.pk, queries.logo(path.rsplit("/", 1)[1]).pk)
    for address in (path[:-1], path + "x", forged, theirs, "/logos/x", "/logos/a.b"):
        assert Client().get(address).status_code == 404
    logo(cast, logos.meadow)
    assert Client().get(path).status_code == 404


def test_the_page_takes_a_logo_and_says_what_is_wrong_with_another(cast, signed_in):
    ada = signed_in(cast.ada)
    for content, status in ((logos.harbour(), 302), (b"<svg onload='alert(1)'/>", 422), (b"", 422)):
        sent = SimpleUploadedFile("logo.svg", content, content_type="image/svg+xml")
        assert ada.post(PAGE + "brand", {"color": "#0f4c81", "logo": sent}).status_code == status
    page = ada.get(PAGE).content.decode()
    with cast.at_harbour():
        found = queries.organization()
    assert (page.count(found.logo_path), found.color) == (4, "#0f4c81")  # two samples, and the shell on desk and phone
    assert ada.post(PAGE + "brand", {"color": "javascript:"}).status_code == 422
    assert ada.post(PAGE + "logo/removal").url == PAGE


@pytest.mark.parametrize(("name", "status"), [("ann", 302), ("ben", 403), ("cleo", 403), ("mallory", 404)])
def test_owners_and_admins_change_how_it_looks(cast, signed_in, name, status):
    assert signed_in(getattr(cast, name)).post(PAGE + "brand", {"color": "#0f4c81"}).status_code == status


def test_programs_change_all_of_it(cast):
    mine = program(cast.at_harbour, cast.ann)
    told = mine.patch("organization", {**KEPT, "color": "#0f4c81"}).json()
    assert told == {"slug": "harbour", **KEPT, "color": "#0f4c81", "logo": None}
    put = mine.send("organization/logo", SimpleUploadedFile("logo.png", logos.harbour())).json()["logo"]
    assert Client().get("/logos/" + put.rsplit("/", 1)[1]).status_code == 200
    assert [mine.delete("organization/logo").status_code for _ in range(2)] == [204, 410]
    assert mine.patch("organization", {"color": None}).json()["color"] is None
    for wrong in ({"currency": "DEM"}, {"color": "red"}, {"name": None}, {"postal_address": "a\n" * 9}, {}):
        assert mine.patch("organization", wrong).status_code == 422


@given(some.integers(0, 0xFFFFFF))
def test_whatever_the_color_its_words_can_be_read(number):
    color = f"#{number:06x}"
    assert brand.contrast(color, brand.ink(color)) >= 4.5
    assert brand.contrast(brand.edge(color), "#ffffff") >= 3


def test_mails_look_like_whoever_sends_them(cast, settings):
    changed(cast, name="Quay & <b>Sons</b>", color="#ffe066", postal_address="Quay 1\nHamburg <DE>")
    path = logo(cast).logo_path
    html, text = sent(cast)
    assert f'src="{settings.PUBLIC_URL}{path}"' in html
    assert "Quay &amp; &lt;b&gt;Sons&lt;/b&gt;" in html
    assert "#ffe066" in html
    assert "#000000" in html
    assert ("Hamburg" in html, "Hamburg" in text) == (False, False)
    html, text = sent(cast, template="news", category="screens")
    assert "Quay 1<br>Hamburg &lt;DE&gt;" in html.replace("<br />", "<br>")
    assert text.endswith("\n--\nQuay & <b>Sons</b>\nQuay 1\nHamburg <DE>\n")


def test_another_organizations_mails_and_the_operators_are_plain(cast):
    changed(cast, color="#ffe066")
    with cast.at_meadow(cast.mallory):
        assert queries.look() == messaging.branding.Brand(sender="Meadow")
    from operant.platform import tenancy

    with tenancy.organization_scope(tenancy.OPERATOR):
        assert queries.look() == messaging.branding.Brand(sender="Operant")


def sent(cast, template="invitation", category="account"):
    with cast.at_harbour(cast.ada):
        if template == "invitation":
            by = Membership.objects.select_related("person").get(person=cast.ada)
            actions.invite(by=by, email="dora@harbour.example", role=Role.VIEWER)
        else:
            messaging.send_mail(
                to="ben@harbour.example", template=template, category=category, person_id=cast.ben.pk,
                unsubscribe="https://harbour.example/u/1", context={"heading": "The screen Lobby went offline", "lines": []},
            )  # fmt: skip
        found = Message.objects.order_by("-created_at").first()
        return found.html, found.text
