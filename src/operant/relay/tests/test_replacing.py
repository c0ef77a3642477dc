from datetime import timedelta

import pytest

from operant.platform import clock
from operant.platform.refusals import Gone
from operant.relay import events, tokens
from operant.relay.actions import keeping, pairing, takeovers
from operant.relay.glass import Glass
from operant.relay.models import Pairing
from operant.relay.queries import takeovers as queries
from operant.relay.queries.targets import Target
from operant.testing.relay import Tv


@pytest.fixture
def replaced(cast, screen):
    """Return a function: a new television, in the place of the lobby's device."""

    def done(*, asks=True):
        other = Tv()
        other.say_hello(model="New model")
        with cast.at_harbour(cast.ann):
            device = Pairing.objects.get(code_hash=tokens.hashed_code(other.hello["code"]))
            pairing.replace(device=device, screen=screen, by=cast.ann)
        assert not asks or other.ask_pairing().status_code == 200
        return other

    return done


def test_a_new_device_takes_over_all_that_a_screen_is(cast, screen, tv, board, replaced, fresh, announced):
    tv.beat(version=board.published.public_id)
    with cast.at_harbour(cast.ben):
        keeping.make(screen=screen, theme="light")
        keeping.lay_out(screen=screen, glass=Glass(turned=90))
        keeping.send(screen=screen, kind="reload", by=cast.ben)
    before = tv.get("manifest").json()
    announced.clear()
    other = replaced()
    now, told = fresh(screen), other.get("manifest").json()
    same = {name: told[name] == before[name] for name in ("screen", "version", "theme", "glass", "etag")}
    assert same == dict.fromkeys(same, True)
    assert (other.screen, now.model, now.rendered_version, now.generation) == (screen.public_id, "New model", None, 2)
    assert other.get("poll?etag=x").json()["commands"] == []
    about = {"screen_id": screen.public_id, "name": "Lobby", "before": screen.model, "model": "New model"}
    assert announced == [events.ScreenReplaced(**about, replaced_by="Ann")]


def test_the_old_device_is_refused_at_once_and_told_why(cast, screen, tv, replaced, fresh):
    tv.renew()
    stolen = {"access": tv.access, "refresh": tv.refresh}
    ticket = tv.post("ticket", {}).json()["ticket"]
    other = replaced(asks=False)
    for _ in range(2):
        answers = [tv.get("manifest"), tv.get("poll?etag=x"), tv.beat(), tv.post("ticket", {})]
        assert [(each.status_code, each.json()["error"]) for each in answers] == [(401, "expired")] * 4
        # Replayed for as long as anybody likes, before and after the new device has its own.
        answer = tv.renew(stolen["refresh"])
        assert (answer.status_code, answer.json()["error"]) == (401, "replaced")
        if not other.screen:
            assert other.ask_pairing().status_code == 200
    assert tokens.parse_ticket(ticket) is not None and fresh(screen).ticket_hash is None
    assert other.renew().status_code == 200
    assert other.get("manifest").status_code == 200
    assert tv.post("goodbye", {"access": stolen["access"]}).status_code == 401
    assert fresh(screen).left_at is None


def test_of_two_replacements_the_second_holds_whoever_asks_first(screen, tv, replaced):
    first, second = replaced(asks=False), replaced(asks=False)
    assert (first.ask_pairing().status_code, second.ask_pairing().status_code) == (410, 200)
    assert (second.get("manifest").status_code, first.ask_pairing().status_code) == (200, 410)
    third = replaced()
    assert (second.renew().json()["error"], third.get("manifest").status_code) == ("replaced", 200)
    assert tv.renew().json()["error"] in {"unpaired", "replaced"}


def test_a_code_replaces_one_screen_only(cast, screen, tv):
    other = Tv()
    other.say_hello()
    with cast.at_harbour(cast.ann):
        device = Pairing.objects.get(code_hash=tokens.hashed_code(other.hello["code"]))
        pairing.replace(device=device, screen=screen, by=cast.ann)
        with pytest.raises(Gone):
            pairing.replace(device=device, screen=screen, by=cast.ann)
        with pytest.raises(Gone):
            pairing.pair(device=device, name="Kitchen", dashboard=None, by=cast.ann)


def test_a_screen_that_was_unpaired_meanwhile_is_not_replaced(cast, screen, tv):
    other = Tv()
    other.say_hello()
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=screen)
        device = Pairing.objects.get(code_hash=tokens.hashed_code(other.hello["code"]))
        with pytest.raises(Gone):
            pairing.replace(device=device, screen=screen, by=cast.ann)
        assert Pairing.objects.get(pk=device.pk).is_open is True


def test_a_takeover_is_told_to_the_new_device_as_to_any(cast, screen, tv, replaced):
    with cast.at_harbour(cast.ben):
        until = clock.now() + timedelta(minutes=5)
        over = takeovers.take_over(screens=queries.held([Target("screen", screen.pk)]), text="Leave", until=until, by=cast.ben)
    assert tv.post("acknowledgement", {"command": over.public_id, "outcome": "done"}).status_code == 204
    replaced()
    with cast.at_harbour():
        assert [each.state for each in queries.covers(over)] == ["sent"]
