from django.test import Client
from django.urls import reverse

from operant.panel.organizations import events, queries
from operant.panel.organizations.models import Role
from operant.platform.messaging import outbox
from operant.testing.cast import PASSWORD
from operant.testing.queue import run_jobs

PEOPLE = "/o/harbour/people/"


def test_an_invitation_is_sent_from_the_page(cast, announced, signed_in):
    answer = signed_in(cast.ada).post(PEOPLE + "invitations", {"email": "dora@harbour.example", "role": "viewer"})
    assert (answer.status_code, answer.url) == (302, PEOPLE)
    assert [type(each) for each in announced] == [events.MemberInvited]
    assert "dora@harbour.example" in signed_in(cast.ada).get(PEOPLE).content.decode()


def test_nobody_gives_more_than_they_have(cast, announced, signed_in):
    answer = signed_in(cast.ann).post(PEOPLE + "invitations", {"email": "dora@harbour.example", "role": "owner"})
    assert (answer.status_code, announced) == (422, [])


def test_a_role_is_changed_from_the_page_once(cast, announced, signed_in):
    with cast.at_harbour(cast.ada):
        cleo = next(each for each in queries.members() if each.person == cast.cleo)
    ada = signed_in(cast.ada)
    for said in ("Cleo is now editor.", "Cleo is editor already."):
        answer = ada.post(reverse("role", args=["harbour", cleo.pk]), {"role": "editor"})
        assert (answer.status_code, answer.url) == (302, PEOPLE)
        assert [str(each) for each in ada.get(PEOPLE).context["messages"]] == [said]
    with cast.at_harbour(cast.ada):
        assert [each.role for each in queries.members() if each.person == cast.cleo] == [Role.EDITOR]
    assert announced == [events.RoleChanged(name="Cleo", before="viewer", role="editor")]


def test_who_makes_or_unmakes_admins_or_removes_somebody_proves_that_it_is_still_them(cast, announced, signed_in):
    left_open = signed_in(cast.ada)
    with cast.at_harbour(cast.ada):
        members = {each.person: each for each in queries.members()}
        ann, ben, cleo = (members[who] for who in (cast.ann, cast.ben, cast.cleo))
    for address, given in (
        (PEOPLE + "invitations", {"email": "dora@harbour.example", "role": "admin"}),
        (reverse("role", args=["harbour", cleo.pk]), {"role": "owner"}),
        (reverse("role", args=["harbour", ann.pk]), {"role": "viewer"}),
        (reverse("removal", args=["harbour", ben.pk]), {}),
    ):
        asked = left_open.post(address, given)
        assert (asked.status_code, asked.url.partition("?")[0]) == (302, "/accounts/reauthenticate/")
    assert announced == []
    # What was asked for last is done once they have.
    assert left_open.post(asked.url, {"password": PASSWORD}).url == PEOPLE
    assert announced[-1] == events.MemberRemoved(name="Ben")


def test_a_second_click_on_an_invitation_leads_to_where_the_first_did(cast, signed_in):
    signed_in(cast.ada).post(PEOPLE + "invitations", {"email": cast.mallory.email, "role": "viewer"})
    run_jobs()
    address = "/invitations/" + outbox.latest()[0].text.split("/invitations/")[1].split()[0]
    browser = signed_in(cast.mallory)
    answers = [browser.post(address), browser.post(address), browser.get(address)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/o/harbour/")] * 3
    assert signed_in(cast.ben).get(address).status_code == 410


def test_an_old_invitation_does_not_lead_back_in(cast, signed_in):
    signed_in(cast.ada).post(PEOPLE + "invitations", {"email": cast.mallory.email, "role": "viewer"})
    run_jobs()
    address = "/invitations/" + outbox.latest()[0].text.split("/invitations/")[1].split()[0]
    signed_in(cast.mallory).post(address)
    with cast.at_harbour(cast.ada):
        mallory = next(each for each in queries.members() if each.person == cast.mallory)
    signed_in(cast.ada, lately=True).post(reverse("removal", args=["harbour", mallory.pk]))
    assert signed_in(cast.mallory).get(address).status_code == 410


def test_who_signs_in_again_goes_on_where_they_were(cast):
    shown = "http://testserver/o/harbour/people/?q=ben"
    asked = [
        Client().get(reverse("inbox_bell", args=["harbour"]), headers={"HX-Request": "true", "HX-Current-URL": shown}),
        Client().post(PEOPLE + "invitations", headers={"Referer": shown}),
        Client().get(PEOPLE, headers={"Referer": shown}),
    ]
    assert [each.headers.get("HX-Redirect") or each.url for each in asked] == [
        *["/accounts/login/?next=/o/harbour/people/%3Fq%3Dben"] * 2, "/accounts/login/?next=/o/harbour/people/"
    ]  # fmt: skip


def test_a_page_that_is_left_takes_no_message_along(cast, signed_in):
    browser = signed_in(cast.ben, lately=True)
    page = browser.get(PEOPLE)
    with cast.at_harbour(cast.ben):
        ben = next(each for each in queries.members() if each.person == cast.ben)
    left = browser.post(reverse("removal", args=["harbour", ben.pk]))
    # Before the browser follows, what is alive on the old page asks once more, because the membership is over.
    late = browser.get(PEOPLE, headers={"HX-Request": "true", "Unasked": "true"})
    shown = browser.get(left.url, follow=True)
    assert (page.status_code, late.status_code, b"toasts" in late.content) == (200, 404, False)
    assert "You left Harbour." in shown.content.decode()


def test_what_a_page_asks_by_itself_takes_no_message(cast, signed_in):
    browser = signed_in(cast.ada)
    with cast.at_harbour(cast.ada):
        cleo = next(each for each in queries.members() if each.person == cast.cleo)
    browser.post(reverse("role", args=["harbour", cleo.pk]), {"role": "viewer"})
    said = f"{cast.cleo.name} is"
    unasked = browser.get(PEOPLE, headers={"HX-Request": "true", "Unasked": "true"}).content.decode()
    asked = browser.get(PEOPLE, headers={"HX-Request": "true"}).content.decode()
    assert (said in unasked, said in asked, 'hx-target="#toasts"' in asked) == (False, True, True)
