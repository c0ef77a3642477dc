"""Two people who write at once: neither waits for the other for ever, and nothing that one of them did is lost."""

import pytest

from operant.stage import actions, past, queries
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
