from datetime import timedelta

from operant.panel.audit.queries import reading
from operant.panel.audit.queries.reading import Asked
from operant.panel.organizations.events import MemberInvited
from operant.panel.tokens.events import TokenMade
from operant.platform import clock
from operant.platform.events import announce
from operant.testing import api

from .conftest import busy


def said(asked: Asked) -> list[str]:
    return [each.sentence for each in reading.page(asked).entries]


def invited(count: int) -> None:
    for number in range(count):
        announce(MemberInvited(email=f"guest{number}@harbour.example", role="viewer"))


def test_the_newest_stand_first_and_pages_follow_each_other(cast, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 3)
    with cast.at_harbour(cast.ada):
        invited(7)
        found, asked = [], Asked(event="organizations.member.invited")
        sizes = []
        while True:
            page = reading.page(asked)
            found += [each.sentence for each in page.entries]
            sizes.append(len(page.entries))
            if page.next is None:
                break
            asked = Asked(event=asked.event, before=page.next)
    assert found == [f"guest{number}@harbour.example was invited as viewer" for number in range(6, -1, -1)]
    assert sizes == [3, 3, 1]


def test_entries_of_one_instant_are_neither_lost_nor_repeated(cast, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 2)
    with clock.frozen(), cast.at_harbour(cast.ada):
        invited(5)
        first = reading.page(Asked(event="organizations.member.invited"))
        second = reading.page(Asked(event="organizations.member.invited", before=first.next))
        third = reading.page(Asked(event="organizations.member.invited", before=second.next))
    pages = [{each.row.pk for each in page.entries} for page in (first, second, third)]
    assert (list(map(len, pages)), len(set().union(*pages))) == ([2, 2, 1], 5)


def test_filters_narrow_by_who_what_about_and_when(cast):
    busy(cast)
    token, text = api.made(cast.at_harbour, cast.ann, name="Nightly")
    api.Program(text).post("invitations", {"email": "by-token@harbour.example", "role": "viewer"})
    with cast.at_harbour():
        assert said(Asked(actor_id=token.pk)) == ["by-token@harbour.example was invited as viewer"]
        assert said(Asked(kind="token")) == said(Asked(actor_id=token.pk))
        assert said(Asked(subject_id=token.pk)) == [f"Ann made the API token Nightly for Ann, with {', '.join(token.scopes)}"]
        assert said(Asked(event="organizations.role.changed")) == ["Ben is now admin, and was editor"]
        assert said(Asked(since=clock.now() + timedelta(minutes=1))) == []
        assert said(Asked(until=clock.now() - timedelta(days=1))) == []
        assert len(said(Asked(person_id=cast.ann.pk))) == 2


def test_words_are_looked_for_in_what_entries_say_and_who_did_it(cast):
    busy(cast)
    with cast.at_harbour():
        assert said(Asked(words=("DORA", "viewer"))) == ["dora@harbour.example was invited as viewer"]
        assert said(Asked(words=("dora", "admin"))) == []
        assert "dora@harbour.example was invited as viewer" in said(Asked(words=("ada",)))


def test_a_search_pauses_and_goes_on(cast, monkeypatch):
    monkeypatch.setattr(reading, "LOOKED_AT", 4)
    with cast.at_harbour(cast.ada):
        announce(TokenMade(token_id="tok_1", name="Needle", scopes="stage:read", made_by="Ada", acts_for="Robot"))
        invited(6)
        first = reading.page(Asked(words=("needle",)))
        second = reading.page(Asked(words=("needle",), before=first.next))
    assert (first.entries, first.searched_until is not None) == ([], True)
    assert [each.sentence for each in second.entries] == ["Ada made the API token Needle for Robot, with stage:read"]


def test_every_entry_is_passed_on_in_order(cast):
    busy(cast)
    with cast.at_harbour():
        whole = [each.row.pk for page in reading.every(Asked()) for each in page]
        assert whole == [each.row.pk for each in reading.page(Asked()).entries]


def test_an_event_that_is_declared_no_longer_still_has_its_entry(cast):
    from operant.platform.events.models import Announcement

    with cast.at_harbour():
        row = Announcement.objects.create(name="gone.thing.happened", payload={"what": "x"})
        found = reading.entry(row.pk)
        assert (found.sentence, reading.fields(row)) == ("gone.thing.happened", [("what", "x", False)])
