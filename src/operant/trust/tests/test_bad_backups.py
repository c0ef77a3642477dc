"""Backups that are none, are not whole, or are not ours: a sentence, and nothing changed."""

import io
import json
import os
import resource
import tarfile

import psycopg
import pytest
from pyrage.x25519 import Identity

from operant.platform.refusals import Invalid, Refusal
from operant.testing import installations
from operant.testing.installations import started, waits_for_a_lock
from operant.testing.sampled import sampled
from operant.testing.waiting import until
from operant.trust import identities, queries
from operant.trust.actions.backing_up import Source, back_up
from operant.trust.actions.restoring import restore
from operant.trust.archive import age, reading
from operant.trust.archive.contents import HEAD, MANIFEST, MASTER_KEY, Head, Manifest, Table
from operant.trust.archive.packing import packing
from operant.trust.archive.reading import reading as open_archive

DAMAGED = "The backup is damaged: it was cut short or changed. Use another copy, or an older backup."
NOT_MINE = "This identity does not open the backup: it was encrypted to another key."


def quiet(line):
    pass


def changed(whole: bytes, place: int) -> bytes:
    return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


BAD = {
    "empty": (lambda whole: b"", Invalid, "The file is empty: it is no backup."),
    "no backup": (lambda whole: b"PK\3\4" + whole, Invalid, "This is no backup of Operant: it does not begin as one."),
    "only a head": (lambda whole: whole[:60], Refusal, DAMAGED),
    "half": (lambda whole: whole[: len(whole) // 2], Refusal, DAMAGED),
    "one byte short": (lambda whole: whole[:-1], Refusal, DAMAGED),
    "a bit of its middle": (lambda whole: changed(whole, len(whole) // 2), Refusal, DAMAGED),
    "its last bit": (lambda whole: changed(whole, len(whole) - 1), Refusal, DAMAGED),
    "a byte more": (lambda whole: whole + b"x", Refusal, DAMAGED),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_whole_is_refused(case, backup, identity, tmp_path):
    spoil, kind, sentence = BAD[case]
    path = tmp_path / "bad.backup"
    path.write_bytes(spoil(backup.read_bytes()))
    with pytest.raises(Refusal) as refused:
        queries.verify(path, identity, quiet)
    assert (str(refused.value), type(refused.value)) == (sentence, kind)


def test_another_key_is_told_apart_from_damage(backup):
    with pytest.raises(Invalid, match=NOT_MINE):
        reading.head(backup, Identity.generate())


def test_no_clear_text_is_in_a_backup(backup, filled):
    whole = backup.read_bytes()
    assert [word for word in (b"harbour", b"Harbour", b"CREATE", filled.ring.read_bytes()[2:20]) if word in whole] == []


def test_a_restore_that_fails_changes_nothing(backup, identity, installation, filled, tmp_path):
    target = installation("kept", template=filled.name)
    before, ring = target.ask("SELECT id, name FROM organizations_organization ORDER BY 1"), target.ring.read_bytes()
    path, whole = tmp_path / "bad.backup", backup.read_bytes()
    for spoiled in (whole[: len(whole) * 2 // 3], changed(whole, len(whole) - 1)):
        path.write_bytes(spoiled)
        with target.served(), pytest.raises(Refusal, match="The backup is damaged"):
            restore(path, identity, target.target, quiet)
        assert target.ask("SELECT id, name FROM organizations_organization ORDER BY 1") == before
        assert target.ring.read_bytes() == ring
        assert not target.target.unfinished.exists()


def crafted(path, identity, **members):
    with path.open("wb") as file, age.sealing(file, identity.to_public()) as stream, packing(stream) as packer:
        for name, content in members.items():
            packer.text(name.replace("__", "/"), content)
    return path


def a_head(**changes) -> str:
    head = Head(operant="9.1.0", at="2030-01-01T00:00:00Z", postgresql="20.1", migrations=[], **changes)
    return head.model_dump_json()


def test_a_newer_schema_names_the_version_it_needs(identity, tmp_path):
    head = Head(operant="9.1.0", at="2030-01-01T00:00:00Z", postgresql="20.1", migrations=["stage.0001_first", "stage.0099_x"])
    path = crafted(tmp_path / "new.backup", identity, **{HEAD: head.model_dump_json()})
    with pytest.raises(Invalid) as refused:
        queries.fits(reading.head(path, identity))
    assert str(refused.value) == (
        "The backup was made by Operant 9.1.0, and its tables are newer than this program (0.1.0 does not know "
        "stage.0099_x). Restore it with Operant 9.1.0 or newer."
    )


def test_another_form_is_refused(identity, tmp_path):
    path = crafted(tmp_path / "form.backup", identity, **{HEAD: json.dumps(json.loads(a_head()) | {"format": 2})})
    with pytest.raises(Invalid, match="a form that this program does not know"):
        reading.head(path, identity)


def test_an_archive_of_something_else_is_refused(identity, tmp_path):
    path = crafted(tmp_path / "other.backup", identity, letters="Dear Ada")
    with pytest.raises(Invalid, match="is no backup of Operant"):
        reading.head(path, identity)


def test_what_is_encrypted_and_no_archive_is_refused(identity, tmp_path):
    path = tmp_path / "text.backup"
    with path.open("wb") as file, age.sealing(file, identity.to_public()) as stream:
        stream.write(b"Dear Ada")
    with pytest.raises(Refusal, match="holds no archive that can be read"):
        queries.verify(path, identity, quiet)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, "The backup has no manifest: it was not finished."),
        ({"files__a": "x"}, "The backup has no manifest: it was not finished."),
        (
            {MANIFEST: Manifest(tables={"t": Table(rows=2, digest="0")}, functions=[], files=0, bytes=0)},
            "The backup holds other rows than its manifest says: t.",
        ),
        (
            {MANIFEST: Manifest(tables={}, functions=[], files=1, bytes=0)},
            "The backup holds other files than its manifest says.",
        ),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(members, sentence, identity, tmp_path):
    rows = {"database__1.sql": "SET x;\nCOPY public.t (a) FROM stdin;\n1\n\\.\n"} if "rows" in sentence else {}
    told = {name: each if isinstance(each, str) else each.model_dump_json() for name, each in members.items()}
    path = crafted(tmp_path / "crafted.backup", identity, **{HEAD: a_head(), **rows, **told})
    with pytest.raises(Refusal) as refused:
        queries.verify(path, identity, quiet)
    assert str(refused.value) == sentence


@pytest.fixture(scope="module")
def still_empty(django_db_setup, django_db_blocker, tmp_path_factory):
    """An installation without a table, which every test leaves as it is."""
    with django_db_blocker.unblock():
        made = installations.make("operant_trust_empty", tmp_path_factory.mktemp("empty"))
        yield made
        installations.drop(made.name)


def is_empty(one) -> bool:
    return one.ask("SELECT to_regclass('public.accounts_person')") == [(None,)] and not one.target.unfinished.exists()


def rewritten(backup, identity, path, change):
    """The same backup with members changed: `change` returns the new content, or None to leave the member out."""
    with (
        open_archive(backup, identity) as archive,
        path.open("wb") as file,
        age.sealing(file, identity.to_public()) as stream,
        packing(stream) as packer,
    ):
        packer.text(HEAD, archive.head.model_dump_json())
        for member in archive.members():
            content = change(member.name, member.content.read())
            if content is not None:
                packer.file(member.name, io.BytesIO(content), len(content), member.sha256)
    return path


def test_a_restored_row_too_few_is_noticed(identity, still_empty, backup, tmp_path):
    """The same backup with one row of one table taken out of the dump."""

    def without_a_person(name, content):
        if not name.startswith("database/1"):
            return content
        start = content.index(b"COPY public.accounts_person")
        first = content.index(b"\n", start) + 1
        return content[:first] + content[content.index(b"\n", first) + 1 :]

    path = rewritten(backup, identity, tmp_path / "fewer.backup", without_a_person)
    with still_empty.served(), pytest.raises(Refusal) as refused:
        restore(path, identity, still_empty.target, quiet)
    # A membership points at the person: the database itself does not take it, before anything is compared.
    assert "violates foreign key constraint" in str(refused.value)
    assert is_empty(still_empty)


def test_a_row_changed_under_way_is_noticed(identity, still_empty, backup, tmp_path):
    def renamed(name, content):
        return content.replace(b"Ada Brandt", b"Eve Brandt")

    path = rewritten(backup, identity, tmp_path / "changed.backup", renamed)
    with still_empty.served(), pytest.raises(Refusal) as refused:
        restore(path, identity, still_empty.target, quiet)
    assert str(refused.value).startswith("What was restored is not what was backed up, so nothing was changed: accounts_person")
    assert is_empty(still_empty)


def with_statement(backup, identity, path, statement):
    def added(name, content):
        return content + statement if name.startswith("database/2") else content

    return rewritten(backup, identity, path, added)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER DATABASE operant_trust_empty SET search_path = evil, pg_catalog",
        "ALTER ROLE ot_owner SET search_path = evil, pg_catalog",
    ],
)
def test_a_backup_that_changes_settings_is_refused(statement, identity, still_empty, backup, tmp_path):
    path = with_statement(backup, identity, tmp_path / "settings.backup", f"\n{statement};\n".encode())
    before = still_empty.ask("SELECT * FROM pg_db_role_setting ORDER BY 1, 2")
    with still_empty.served(), pytest.raises(Refusal, match="changes settings of the database or of a role"):
        restore(path, identity, still_empty.target, quiet)
    assert still_empty.ask("SELECT * FROM pg_db_role_setting ORDER BY 1, 2") == before
    assert is_empty(still_empty)


ENDS = [
    (b"\nCOMMIT; BEGIN;\n", "ended the transaction"),
    (b"\nCOMMIT;\nSELECT pg_terminate_backend(pg_backend_pid());\n", "terminating connection"),
    (b"\nCOMMIT;\n", "ended the transaction"), (b"\nCOMMIT;\nSELECT 1 / 0;\n", "division by zero"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "sentence"), sampled(ENDS, 2))
def test_a_backup_that_ends_its_transaction_is_not_served(statement, sentence, identity, installation, backup, tmp_path):
    target = installation("ending")
    path = with_statement(backup, identity, tmp_path / "ending.backup", statement)
    with target.served(), pytest.raises(Refusal, match=sentence):
        restore(path, identity, target.target, quiet)
    assert target.target.unfinished.exists()


def interrupt(line):
    if line.endswith(" files."):
        raise KeyboardInterrupt


def test_a_restore_that_is_interrupted_leaves_an_empty_house_empty(identity, still_empty, backup):
    with still_empty.served(), pytest.raises(KeyboardInterrupt):
        restore(backup, identity, still_empty.target, interrupt)
    assert is_empty(still_empty)


def test_a_restore_that_is_interrupted_says_when_something_counted(identity, installation, backup, tmp_path):
    target = installation("interrupted")
    path = with_statement(backup, identity, tmp_path / "interrupted.backup", b"\nCOMMIT;\n")
    with target.served(), pytest.raises(KeyboardInterrupt):
        restore(path, identity, target.target, interrupt)
    assert target.target.unfinished.exists()


@pytest.mark.parametrize("ring", sampled([None, "1:größe".encode(), b"", b"no ring"], 2))
def test_a_backup_without_a_ring_is_refused_before_anything_changed(ring, identity, still_empty, backup, tmp_path):
    def ringless(name, content):
        return ring if name == MASTER_KEY else content

    path, before = rewritten(backup, identity, tmp_path / "ringless.backup", ringless), still_empty.ring.read_bytes()
    with pytest.raises(Refusal, match="holds no ring of keys"):
        queries.verify(path, identity, quiet)
    with still_empty.served(), pytest.raises(Refusal, match="holds no ring of keys"):
        restore(path, identity, still_empty.target, quiet)
    assert is_empty(still_empty)
    assert still_empty.ring.read_bytes() == before


def test_nothing_is_left_when_pg_dump_fails(filled, identity, tmp_path):
    missing = Source(filled.role("ot_backup"), filled.ring, tmp_path / "no-such-program")
    stranger = Source(filled.role("ot_app"), filled.ring, filled.source.pg_dump)
    for source, sentence in ((missing, "could not be run"), (stranger, "does not see every row")):
        with filled.served(), pytest.raises(Refusal, match=sentence):
            back_up(source, tmp_path / "never.backup", identity.to_public(), quiet)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_is_left_alone(filled, identity, tmp_path):
    taken = tmp_path / "taken.backup"
    taken.write_text("mine")
    with filled.served(), pytest.raises(Refusal, match="exists already"):
        back_up(filled.source, taken, identity.to_public(), quiet)
    assert taken.read_text() == "mine"


def test_a_disk_that_takes_no_more_leaves_nothing(filled, identity, tmp_path):
    """A limit to the size of files, which the kernel enforces where a full disk would fail: in write()."""
    told, target = tmp_path / "told", tmp_path / "backups" / "never.backup"
    target.parent.mkdir()

    def work():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        try:
            back_up(filled.source, target, identity.to_public(), quiet)
        except OSError as error:
            told.write_text(error.strerror)

    process = started(work, filled)
    process.join()
    assert told.read_text() == "File too large"
    assert list(target.parent.iterdir()) == []


def test_a_killed_backup_has_no_name_and_the_next_one_cleans_up(filled, identity, tmp_path):
    target = tmp_path / "killed.backup"
    with psycopg.connect(**filled.role("ot_owner")) as holder:
        holder.execute("LOCK TABLE stage_source IN ACCESS EXCLUSIVE MODE")
        process = started(lambda: back_up(filled.source, target, identity.to_public(), quiet), filled)
        until(lambda: waits_for_a_lock(filled), "a backup that waits")
        process.kill()
        process.join()
    assert [path.name.endswith(".backup.partial") for path in tmp_path.iterdir()] == [True]
    with filled.served():
        back_up(filled.source, target, identity.to_public(), quiet)
    assert list(tmp_path.iterdir()) == [target]


def test_a_killed_restore_changes_nothing_and_can_be_run_again(filled, backup, identity, installation):
    target = installation("again", template=filled.name)
    target.ask("UPDATE accounts_person SET name = 'Zoe' WHERE name = 'Ada Brandt'")
    target.ask("DELETE FROM app.waits WHERE kind = 'screen'")
    with psycopg.connect(**target.role("ot_owner")) as holder:
        # The registers come after all tables: by the time that this row is in the way, everything else is loaded.
        holder.execute("INSERT INTO app.waits VALUES ('screen', 'relay_screen', 'due_at', 'leased_until')")
        process = started(lambda: restore(backup, identity, target.target, quiet), target)
        until(lambda: waits_for_a_lock(target), "a restore that waits")
        process.kill()
        process.join()
        holder.rollback()
    assert target.ask("SELECT count(*) FROM accounts_person WHERE name = 'Zoe'") == [(1,)]
    with target.served():
        restore(backup, identity, target.target, quiet)
    assert target.ask("SELECT count(*) FROM accounts_person WHERE name = 'Ada Brandt'") == [(1,)]
    assert target.catalogs() == filled.catalogs()


def test_lost_and_deleted_files_are_told_apart(filled, identity, installation, tmp_path):
    source = installation("lost", template=filled.name)
    location = source.ask("SELECT location FROM files_file ORDER BY id")
    lost, changed_, *kept = (row[0] for row in location)
    for name in (changed_, *kept):
        file = source.home / "files" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((filled.home / "files" / name).read_bytes() + (b"!" if name == changed_ else b""))
    path = tmp_path / "lost.backup"
    with source.served():
        manifest = back_up(source.source, path, identity.to_public(), quiet).manifest
    assert (manifest.missing, manifest.changed, manifest.deleted, manifest.files) == (
        [lost], [changed_], [], 1 + len(kept)
    )
    assert queries.verify(path, identity, quiet)[1] == manifest


def test_an_identity_does_not_lie_beside_what_it_protects(tmp_path):
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    with pytest.raises(Invalid, match="Backups need a key first"):
        identities.recipient(home)
    with pytest.raises(Refusal, match="lies in OPERANT_HOME"):
        identities.make(home, home / "mine.key")
    made = identities.make(home, tmp_path / "mine.key")
    assert str(identities.identity(tmp_path / "mine.key").to_public()) == str(made) == str(identities.recipient(home))
    assert [os.stat(path).st_mode & 0o777 for path in (tmp_path / "mine.key", home / identities.KEPT)] == [0o600, 0o600]
    with pytest.raises(Refusal, match="already"):
        identities.make(home, tmp_path / "other.key")
    assert str(identities.make(home, tmp_path / "other.key", replace=True)) != str(made)


@pytest.mark.parametrize("content", ["", "# only words\n", "AGE-SECRET-KEY-1XYZ\n", "age1notprivate\n"])
def test_what_is_no_identity_is_refused(content, tmp_path):
    (tmp_path / "key").write_text(content)
    with pytest.raises(Invalid, match="holds no identity"):
        identities.identity(tmp_path / "key")


def test_ordinary_tools_read_a_backup(backup, identity):
    """What docs/guides/backup.md promises to whoever has no Operant at hand."""
    import pyrage

    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(backup.read_bytes(), [identity])), mode="r:gz") as tar:
        names = tar.getnames()
        sql = b"".join(tar.extractfile(name).read() for name in sorted(names) if name.startswith("database/"))
    assert (names[0], names[-1]) == (HEAD, MANIFEST)
    assert sql.count(b"COPY public.accounts_person ") == 1
    assert b"COPY public.accounts_session " not in sql
