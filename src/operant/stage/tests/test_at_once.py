"""Two people who write at once: neither waits for the other for ever, and nothing that one of them did is lost."""

import pytest

from operant.platform import clock
from operant.stage import actions, past, queries, saved, text
from operant.stage.models import Result
from operant.testing import ingest
from operant.testing import stage as things
from operant.testing.meanwhile import meanwhile

from .test_past import looking
from .test_saved import asked, using


@pytest.fixture
def cast(django_db_setup, django_db_blocker, settings):
    """The cast, really committed: two transactions see each other."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), ingest.committed() as made:
        yield made


@pytest.fixture
def regions(cast, orders):
    with cast.at_harbour(cast.ben):
        return actions.save_query(query=asked(orders), by=cast.ben)


def test_who_publishes_several_holds_them_before_any_result(cast, orders, regions):
    with cast.at_harbour(cast.ben):
        contents = [using(regions, title=each) for each in ("Pulse", "Sales")]
        two = [things.published(cast.ben, name=each["title"], content=each).dashboard for each in contents]
        changed = actions.change_saved(saved=regions, query=asked(orders, refresh_seconds=60), by=cast.ben)
        keys = set(queries.keys(two[0].published.document).values())
    with cast.at_harbour(cast.ben):
        # Somebody else publishes the one that comes last, and then goes to what both of them ask.
        queries.dashboard(max(each.pk for each in two), locked=True)
        publish = {"saved": changed, "dashboards": [each.pk for each in two], "by": cast.ben}
        waiting = meanwhile(cast, lambda: actions.publish_saved(**publish))
        assert len(Result.objects.select_for_update(nowait=True).filter(key__in=keys)) == 1
    waiting.join()
    with cast.at_harbour():
        assert [queries.dashboard(each.pk).published.number for each in two] == [2, 2]


def test_results_are_renewed_in_the_order_in_which_all_lock_them(cast, orders):
    with cast.at_harbour(cast.ben):
        content = things.document(orders)
        content["queries"] += [{**content["queries"][0], "id": f"q{at}", "sql": f"select {at} as revenue"} for at in range(2, 8)]
        version = things.published(cast.ben, content=content)
        keys = sorted(queries.keys(version.document).values())
        Result.objects.update(watched_until=clock.now())
        # So that rows stand in another order than their keys.
        for key in reversed(keys):
            Result.objects.filter(key=key).update(runs=1)
    with cast.at_harbour():
        Result.objects.select_for_update().get(key=keys[1])
        waiting = meanwhile(cast, lambda: actions.keep_watching(keys=keys))
        # Who comes second holds nothing yet of what comes after that which it waits for.
        free = Result.objects.select_for_update(skip_locked=True).order_by("key").values_list("key", flat=True)
        assert list(free) == keys[1:]
    waiting.join()


def test_two_who_publish_at_once_both_get_their_past(cast, orders):
    with cast.at_harbour(cast.ben):
        pulse = things.published(cast.ben, name="Pulse", content=looking(orders)).dashboard
        sales = things.dashboard(cast.ben, name="Sales", content=looking(orders, "week"))
        draft = actions.save_draft(dashboard=pulse, revision=pulse.revision, document=looking(orders, since=None))
    with cast.at_harbour(cast.ben):
        actions.publish(dashboard=sales, revision=sales.revision, by=cast.ben)
        waiting = meanwhile(cast, lambda: actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben))
    waiting.join()
    with cast.at_harbour():
        assert Result.objects.get().past_wanted == {"revenue": past.WEEK}


def test_a_draft_that_begins_to_use_a_saved_query_does_not_miss_its_change(cast, orders, regions):
    with cast.at_harbour(cast.ben):
        notes = things.dashboard(cast.ben)
        later = asked(orders, sql="select 2 as revenue", parameters=[])
    with cast.at_harbour(cast.ben):
        actions.save_draft(dashboard=notes, revision=notes.revision, document=using(regions))
        waiting = meanwhile(cast, lambda: actions.change_saved(saved=regions, query=later, by=cast.ben))
    waiting.join()
    with cast.at_harbour():
        assert queries.dashboard(notes.pk).draft["queries"][0]["sql"] == "select 2 as revenue"


@pytest.mark.parametrize("way", ["made", "copied", "text", "version", "returned"])
def test_whatever_begins_to_use_a_saved_query_keeps_it_as_it_is_meanwhile(cast, orders, regions, way):
    with cast.at_harbour(cast.ben):
        first = things.published(cast.ben, name="Pulse", content=using(regions))
        labels, contents = queries.source_labels(), saved.contents()
        words = text.written(first.document, labels, contents)
        empty = text.written(things.text_document("Pulse"), labels, contents)
        draft = first.dashboard
        draft = actions.save_draft(dashboard=draft, revision=draft.revision, document=things.text_document("Pulse"))
        actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben)
        if way == "returned":
            draft = actions.replace_with_text(dashboard=draft, words=words)
            draft = actions.replace_with_text(dashboard=draft, words=empty)
        pulse = actions.create(name="Other", document=using(regions), by=cast.ben) if way == "copied" else draft
    ways = {
        "made": lambda: actions.create(name="Made", document=using(regions), by=cast.ben),
        "copied": lambda: actions.duplicate(dashboard=pulse, by=cast.ben),
        "text": lambda: actions.replace_with_text(dashboard=draft, words=words),
        "version": lambda: actions.restore(version=queries.version(first.pk)),
        "returned": lambda: actions.return_draft(dashboard=draft),
    }
    with cast.at_harbour(cast.ben):
        made = ways[way]()
        later = asked(orders, sql="select 2 as revenue", parameters=[])
        waiting = meanwhile(cast, lambda: actions.change_saved(saved=regions, query=later, by=cast.ben))
    waiting.join()
    with cast.at_harbour():
        assert queries.dashboard(made.pk).draft["queries"][0]["sql"] == "select 2 as revenue"
