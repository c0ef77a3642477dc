"""What a person's home page names of dashboards and sources."""

from datetime import timedelta

from django.urls import reverse

from operant.platform import clock
from operant.stage import actions, failing, queries
from operant.stage.models import Result
from operant.testing import stage as things
from operant.testing.cast import signed_in
from operant.testing.queue import run_jobs

from .test_source_versions import RENAMED, replaced


def test_home_names_what_waits_for_a_decision_and_what_walls_show_as_an_error(cast, orders):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(orders))
        broken = things.published(cast.ben, name="Broken", content=things.document(orders, "select lost from orders"))
        unseen = things.published(cast.ben, name="Unseen", content=things.document(orders, "select gone from orders"))
        edited = things.published(cast.ben, name="Edited", content=things.document(orders, "select away from orders"))
        for each in (broken, edited):
            actions.watch(document=each.document)
        actions.look(dashboard=broken.dashboard, browser="b" * 64)
        keys = queries.keys(unseen.document).values()
        Result.objects.filter(key__in=keys).update(watched_until=clock.now() - timedelta(hours=2), due_at=None)
    run_jobs()
    replaced(cast, orders, RENAMED)
    waits_for = "Version 2 of Orders was read and waits. Something that is shown would not work with it."
    assert needs(cast.ben) == ["Revenue on Broken shows an error.", waits_for]
    assert needs(cast.cleo) == []


def test_home_names_walls_that_fail_with_the_values_they_were_looked_at_with_however_many_there_are(cast, orders, monkeypatch):
    monkeypatch.setattr(failing, "AT_ONCE", 1)
    asked = things.document(orders, "select cast(:number as integer) as revenue from orders")
    asked["queries"][0]["parameters"] = [{"name": "number", "type": "variable", "variable": "number"}]
    asked["variables"] = [{"name": "number", "label": "", "type": "text", "default": "1"}]
    with cast.at_harbour(cast.ben):
        for name, document in (("Calm", things.document(orders)), ("Wall", asked)):
            version = things.published(cast.ben, name=name, content=document)
            actions.watch(document=version.document)
            actions.look(dashboard=version.dashboard, browser="b" * 64)
    run_jobs()
    assert needs(cast.ben) == []
    with cast.at_harbour(cast.ben):
        actions.watch(document=version.document, values={"number": "one"})
    run_jobs()
    assert needs(cast.ben) == ["Revenue on Wall shows an error."]


def needs(person):
    page = signed_in(person).get(reverse("home", args=["harbour"])).text
    return [part.partition('<span class="grow">')[2].split("<")[0] for part in page.split('<li class="ot-line">')[1:]]
