from datetime import timedelta

import pytest

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.panel.tokens import actions, events, queries, rules
from operant.panel.tokens.models import Token
from operant.platform import clock
from operant.platform.api.problems import Unauthorized
from operant.platform.refusals import Gone, Invalid, NotAllowed
from operant.testing.api import made


def member(person):
    return Membership.objects.select_related("person").get(person=person)


def test_a_token_is_kept_as_a_hash_and_told(cast, announced):
    token, text = made(cast.at_harbour, cast.ann, scopes=["relay:read", "stage:read"])
    secret = text.rpartition("_")[2]
    with cast.at_harbour():
        kept = Token.objects.filter(pk=token.pk).values().get()
    assert kept["scopes"] == ["stage:read", "relay:read"]
    assert [name for name, value in kept.items() if secret[:-6] in str(value)] == []
    assert len(bytes(kept["secret_hash"])) == 32
    told = {"name": "Nightly", "scopes": "stage:read, relay:read", "made_by": "Ann", "acts_for": "Ann"}
    assert announced == [events.TokenMade(token_id=token.public_id, **told)]


def test_it_acts_for_its_maker(cast):
    _, text = made(cast.at_harbour, cast.ann, scopes=["stage:read"])
    caller = actions.recognize(text)
    assert (caller.organization_id, caller.actor, caller.member.role) == (cast.harbour.pk, cast.ann, "admin")
    assert caller.scopes == {"stage:read"}


def test_its_use_is_known_to_the_minute(cast):
    token, text = made(cast.at_harbour, cast.ann)
    with clock.frozen() as moment:
        actions.recognize(text)
    with cast.at_harbour():
        assert queries.of(token.pk).used_at == moment.replace(second=0, microsecond=0)


def test_a_revoked_token_is_unknown(cast, announced):
    token, text = made(cast.at_harbour, cast.ann)
    announced.clear()
    with cast.at_harbour(cast.ada):
        actions.revoke(token=token, by=member(cast.ada))
        with pytest.raises(Gone):
            actions.revoke(token=token, by=member(cast.ada))
        assert list(queries.tokens()) == []
    assert announced == [events.TokenRevoked(token_id=token.public_id, name="Nightly", revoked_by="Ada")]
    refused(text, actions.UNKNOWN)


def test_an_expired_token_says_so_to_its_holder_only(cast):
    with clock.frozen():
        _, text = made(cast.at_harbour, cast.ann, expires_at=clock.now() + timedelta(days=1))
        actions.recognize(text)
        clock.advance(timedelta(days=1))
        refused(text, actions.OVER["expired"])
        other, _ = made(cast.at_harbour, cast.ann)
        refused(swapped(text, other), actions.UNKNOWN)


def test_when_its_maker_leaves_it_is_over_for_good(cast):
    token, text = made(cast.at_harbour, cast.ann)
    with cast.at_harbour(cast.ada):
        organizations.remove(by=member(cast.ada), member=member(cast.ann))
        assert queries.of(token.pk).state == "left"
    refused(text, actions.OVER["left"])
    with cast.at_harbour(cast.ada):
        organizations.enroll(person=cast.ann, role=Role.OWNER)
    refused(text, actions.OVER["left"])


def test_it_never_has_more_than_its_maker_has_now_or_had_then(cast):
    _, text = made(cast.at_harbour, cast.ann)
    assert actions.recognize(text).member.role == Role.ADMIN
    for role, acts_as in ((Role.VIEWER, Role.VIEWER), (Role.OWNER, Role.ADMIN)):
        with cast.at_harbour(cast.ada):
            organizations.change_role(by=member(cast.ada), member=member(cast.ann), role=role)
        assert actions.recognize(text).member.role == acts_as


def test_recognizing_changes_no_role(cast):
    _, text = made(cast.at_harbour, cast.ann)
    with cast.at_harbour(cast.ada):
        organizations.change_role(by=member(cast.ada), member=member(cast.ann), role=Role.OWNER)
    actions.recognize(text)
    with cast.at_harbour():
        assert member(cast.ann).role == Role.OWNER


@pytest.mark.parametrize(("name", "may"), [("ada", True), ("ann", True), ("ben", False), ("cleo", False)])
def test_owners_and_admins_make_tokens(cast, name, may):
    person = getattr(cast, name)
    with cast.at_harbour(person):
        assert rules.manage_tokens(member(person)) is may
    if not may:
        with pytest.raises(NotAllowed):
            made(cast.at_harbour, person)


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 81}, {"scopes": []}, {"scopes": ["stage:read", "stage:fly"]}]
)  # fmt: skip
def test_what_cannot_be_a_token_is_refused(cast, wrong):
    with pytest.raises(Invalid):
        made(cast.at_harbour, cast.ann, **wrong)


def test_an_end_that_is_past_is_refused(cast):
    with pytest.raises(Invalid):
        made(cast.at_harbour, cast.ann, expires_at=clock.now())


def test_a_token_of_another_organization_opens_only_that(cast):
    _, text = made(cast.at_meadow, cast.mallory)
    assert actions.recognize(text).organization_id == cast.meadow.pk
    harbours, _ = made(cast.at_harbour, cast.ann)
    refused(swapped(text, harbours), actions.UNKNOWN)


def swapped(text, other):
    """Return a well-written token with this secret and another's organization and handle."""
    from operant.panel.tokens import writing
    from operant.platform.tenancy.ids import public_id

    head = f"{writing.PREFIX}_{public_id('', other.organization_id)[1:]}_{other.handle}"
    written = f"{head}_{text.rpartition('_')[2][: writing.SECRET]}"
    return written + writing._checksum(written)


def refused(text, sentence):
    with pytest.raises(Unauthorized) as refusal:
        actions.recognize(text)
    assert refusal.value.sentence == sentence
