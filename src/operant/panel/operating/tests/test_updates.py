"""Product updates: written by the operator, asked about once more, sent to whoever did not end them."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from operant.panel.notifications import queries
from operant.panel.notifications.actions import wishing
from operant.panel.operating import actions, events
from operant.panel.operating.models import ProductUpdate
from operant.platform import tenancy
from operant.platform.messaging import outbox
from operant.platform.messaging.models import Message
from operant.testing.queue import claim, run_jobs

PAGE = "/operator/updates"
NEWS = {"subject": "Charts are faster", "text": "Lines draw at once.\n\nTables <b>too</b>."}


@pytest.fixture
def sent(cast, operator, announced, monkeypatch):
    """News that went out two by two, after Ben had ended such mails."""
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    wishing.change(person=cast.ben, changes={("product_update", "mail"): False})
    run_jobs()
    announced.clear()
    assert operator.post(f"{PAGE}/sendings", NEWS | {"key": str(uuid4())}).url == PAGE
    while claim("product_update"):
        run_jobs()
    return announced


def mails() -> dict[str, outbox.Mail]:
    return {each.to: each for each in outbox.latest() if each.subject == NEWS["subject"]}


def update() -> ProductUpdate:
    with tenancy.organization_scope(tenancy.OPERATOR):
        return ProductUpdate.objects.get()


def test_it_is_looked_at_before_it_is_sent(cast, operator, announced):
    key = re.findall(r'name="key" value="([^"]+)"', operator.get(f"{PAGE}/new").content.decode())[0]
    page = operator.post(f"{PAGE}/new", NEWS | {"key": key}).content.decode()
    assert ("Send this?" in page, "Lines draw at once." in page, "&lt;b&gt;too" in page, "5 people have" in page) == (True,) * 4
    again = operator.post(f"{PAGE}/new", NEWS | {"key": key, "change": "1"}).content.decode()
    assert ("Look at it first" in again, "Lines draw at once." in again) == (True, True)
    assert operator.post(f"{PAGE}/sendings", {"key": key, "subject": "x", "text": " "}).status_code == 422
    assert announced == []


def test_whoever_ended_them_gets_none_and_everybody_else_one(cast, sent, operator):
    everybody = {each.email for each in (cast.ada, cast.ann, cast.cleo, cast.mallory)}
    assert (set(mails()), sent) == (everybody, [events.ProductUpdateBegun(subject="Charts are faster", people=5)])
    made = update()
    assert (made.looked_at, made.sent, made.percent, made.due_at) == (5, 4, 100, None)
    page = operator.get(PAGE).content.decode()
    assert ("Charts are faster" in page, "Sent" in page) == (True, True)


def test_one_click_ends_them_for_the_next(cast, sent, operator, settings):
    with tenancy.organization_scope(tenancy.OPERATOR):
        mail = Message.objects.get(category="product_update", person_id=cast.mallory.pk)
    assert ("Tables <b>too</b>." in mail.text, "Tables &lt;b&gt;too" in mail.html) == (True, True)
    link = mail.unsubscribe.removeprefix(settings.PUBLIC_URL)
    assert Client().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    actions.send_update(key=uuid4(), subject="Second", text="More.", by=cast.cleo)
    while claim("product_update"):
        run_jobs()
    assert sorted(each.to for each in outbox.latest() if each.subject == "Second") == sorted(
        each.email for each in (cast.ada, cast.ann, cast.cleo)
    )


def test_who_ends_them_while_one_waits_does_not_get_that_one_either(cast, sent):
    with tenancy.organization_scope(tenancy.OPERATOR):
        mail = Message.objects.get(category="product_update", person_id=cast.mallory.pk)
        before = queries.why_not(mail)
    wishing.stop_mail(person=cast.mallory, category="product_update")
    with tenancy.organization_scope(tenancy.OPERATOR):
        assert (before, queries.why_not(mail)) == ("", "They ended mails like this one.")


def test_sent_twice_is_sent_once(cast, sent, operator):
    made = update()
    assert operator.post(f"{PAGE}/sendings", NEWS | {"key": str(made.pk)}).status_code == 409
    with tenancy.organization_scope(tenancy.OPERATOR):
        actions.go_on_with_update(update_id=made.pk)
    assert (len(mails()), update().sent) == (4, 4)
