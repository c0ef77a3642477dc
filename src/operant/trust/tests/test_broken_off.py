"""A restore that ends in the middle: the old house, or one that says that it is half restored."""

import os
import signal

import psycopg
import pytest

from operant.platform.files.returning import Returning
from operant.testing.installations import started
from operant.testing.sampled import sampled
from operant.trust import marks
from operant.trust.actions import restoring
from operant.trust.tests.test_bad_backups import with_statement


def quiet(line):
    pass


def killed_after(owner, name: str, house, backup, identity) -> int:
    """Restore in a process that is killed as soon as one step is done; return how it ended."""
    step = getattr(owner, name)

    def last(*told, **named):
        step(*told, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    def work():
        setattr(owner, name, last)
        restoring.restore(backup, identity, house.target, quiet)

    process = started(work, house)
    process.join()
    return process.exitcode


def stands(house) -> tuple[str, bool]:
    """Return whose rows are there, and whether the house says that it is half restored."""
    ((name,),) = house.ask("SELECT name FROM accounts_person WHERE name IN ('Zoe', 'Ada Brandt')")
    return name, house.target.unfinished.exists()


# In the order of a restore: what stands, and whether the house says that it is half restored.
OLD, OLD_AND_MARKED, NEW_AND_MARKED = PHASES = [("Zoe", False), ("Zoe", True), ("Ada Brandt", True)]
STEPS = [
    (marks, "put", OLD_AND_MARKED), (psycopg.Connection, "commit", NEW_AND_MARKED), (Returning, "replace", NEW_AND_MARKED),
    (Returning, "fill", OLD), (restoring, "_compare", OLD), (restoring, "_put_ring", NEW_AND_MARKED),
]  # fmt: skip


def test_a_restore_that_is_killed_leaves_the_old_house_or_says_that_it_is_half_restored(
    filled, backup, identity, installation
):
    house = installation("killed", template=filled.name)
    house.ask("UPDATE accounts_person SET name = 'Zoe' WHERE name = 'Ada Brandt'")
    for owner, name, expected in sorted(sampled(STEPS, 2), key=lambda step: PHASES.index(step[2])):
        assert killed_after(owner, name, house, backup, identity) == -signal.SIGKILL
        assert (name, *stands(house)) == (name, *expected)
    with house.served():
        restoring.restore(backup, identity, house.target, quiet)
    assert stands(house) == ("Ada Brandt", True)  # whoever asked for it has yet to audit what stands there


def test_the_mark_is_on_the_disk_before_the_commit(backup, identity, installation, monkeypatch):
    house, seen = installation("durable"), []
    fsync, commit = os.fsync, psycopg.Connection.commit

    def synced(descriptor):
        seen.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    def committed(connection):
        seen.append("commit")
        commit(connection)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(psycopg.Connection, "commit", committed)
    with house.served():
        restoring.restore(backup, identity, house.target, quiet)
    mark = house.target.unfinished
    end = seen.index("commit")
    assert seen[end - 2 : end] == [str(mark), str(mark.parent)]


# Quiet when the end of the dump is checked, and raised in the commit itself.
REFUSED = b"""
CREATE FUNCTION public.at_last() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF current_setting('our.turn', true) = 'commit' THEN RAISE 'not at the end'; END IF;
  PERFORM set_config('our.turn', 'commit', true);
  SET CONSTRAINTS ALL DEFERRED;
  UPDATE public.django_content_type SET model = model WHERE id = NEW.id;
  RETURN NEW;
END $body$;
CREATE CONSTRAINT TRIGGER at_last AFTER UPDATE ON public.django_content_type DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION public.at_last();
UPDATE public.django_content_type SET model = model WHERE id = (SELECT id FROM public.django_content_type LIMIT 1);
"""


@pytest.mark.parametrize("stood", sampled([True, False], 1))
def test_a_commit_that_the_server_refuses_leaves_the_mark_as_it_was(
    stood, backup, identity, installation, tmp_path
):
    path, house = with_statement(backup, identity, tmp_path / "refused.backup", REFUSED), installation("refused")
    if stood:
        marks.put(house.target.unfinished)
    with house.served(), pytest.raises(psycopg.errors.RaiseException, match="not at the end"):
        restoring.restore(path, identity, house.target, quiet)
    assert house.ask("SELECT to_regclass('public.accounts_person')") == [(None,)]
    assert house.target.unfinished.exists() == stood


def test_a_disk_that_is_full_before_the_commit_leaves_no_mark(filled, backup, identity, installation, monkeypatch):
    house = installation("full", template=filled.name)

    def full(files):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Returning, "fill", full)
    with house.served(), pytest.raises(OSError, match="No space left"):
        restoring.restore(backup, identity, house.target, quiet)
    assert stands(house) == ("Ada Brandt", False)
