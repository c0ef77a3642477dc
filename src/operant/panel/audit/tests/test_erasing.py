"""Erasing takes personal values and their salts. The entries stay, the chain verifies, pages say [erased]."""

from operant.panel.accounts import actions as accounts
from operant.panel.audit import actions, events, verify
from operant.panel.audit.models import Check
from operant.panel.audit.queries import reading
from operant.panel.organizations import actions as organizations
from operant.panel.organizations.events import MemberInvited
from operant.panel.organizations.models import Membership, Role
from operant.platform.events import announce
from operant.platform.events import queries as spine
from operant.platform.events.models import PersonalValue
from operant.testing.queue import run_chore, run_jobs

from .conftest import busy, exported, operator_scope, sealed


def sentences() -> list[str]:
    return [each.event().sentence() for each in reversed(spine.latest(limit=100))]


def test_an_erased_person_is_nowhere_in_the_log_and_the_chain_verifies(cast, announced):
    busy(cast)
    sealed(cast)
    announced.clear()
    with cast.at_harbour():
        assert "Ben is now admin, and was editor" in sentences()
        gone = actions.erase(person=cast.ben)
        assert announced == [events.ValuesErased(values=gone)]
        assert "[erased] is now admin, and was editor" in sentences()
        texts = [text for each in PersonalValue.objects.all() for text in each.texts.values()]
        assert [text for text in texts if "Ben" in text or "ben@" in text] == []
        assert "Ada" in texts
    sealed(cast)
    lines = exported(cast.harbour.pk)
    assert [line for line in lines if b'"Ben"' in line or b"ben@" in line] == []
    log = verify.Log()
    log.read(lines)
    log.finish()
    run_jobs()
    run_chore("audit.check_nightly")
    with cast.at_harbour():
        assert [(each.state, each.reason) for each in Check.objects.all()] == [("held", "")]


def test_an_actor_is_erased_with_name_and_address(cast):
    busy(cast)
    with cast.at_harbour():
        before = reading.page(reading.Asked(person_id=cast.ada.pk)).entries
        assert {(each.who, each.address) for each in before} == {("Ada", "203.0.113.7"), ("Ada", "127.0.0.1"), ("Ada", "")} & {
            (each.who, each.address) for each in before
        }
        assert ("Ada", "203.0.113.7") in {(each.who, each.address) for each in before}
        actions.erase(person=cast.ada)
        after = reading.page(reading.Asked(person_id=cast.ada.pk)).entries
        assert {(each.who, each.address) for each in after} == {("[erased]", "")}
        assert len(after) == len(before)


def test_former_names_and_addresses_go_too(cast):
    with cast.at_harbour(cast.ada):
        announce(MemberInvited(email="Old@Harbour.example", role="viewer"))
    accounts.change_profile(person=cast.ben, name="Benjamin", time_zone="", locale="en")
    with operator_scope():
        assert actions.erase(person=cast.ben) == 1
    with cast.at_harbour(cast.ben):
        by = Membership.objects.select_related("person").get(person=cast.ben)
        organizations.change_role(by=Membership.objects.get(person=cast.ada), member=by, role=Role.ADMIN)
    with cast.at_harbour():
        assert actions.erase(person=cast.ben, also_known_as=["old@harbour.example"]) > 0
        left = {text for each in PersonalValue.objects.all() for text in each.texts.values()}
    assert {text for text in left if "Ben" in text or "Old" in text} == set()


def test_a_namesakes_own_acts_are_kept(cast):
    namesake = accounts.ensure_person(email="ben@elsewhere.example", name="Ben")
    with cast.at_harbour(cast.ada):
        organizations.enroll(person=namesake, role=Role.VIEWER)
    with cast.at_harbour(namesake):
        announce(MemberInvited(email="dora@harbour.example", role="viewer"))
    with cast.at_harbour():
        actions.erase(person=cast.ben)
        assert [each.who for each in reading.page(reading.Asked(person_id=namesake.pk)).entries] == ["Ben"]


def test_nothing_to_erase_is_no_event(cast, announced):
    with cast.at_meadow():
        assert actions.erase(person=cast.ben) == 0
    assert [each for each in announced if isinstance(each, events.ValuesErased)] == []
