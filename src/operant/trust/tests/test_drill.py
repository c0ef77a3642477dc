"""
The restore drill: back up while people write, restore elsewhere, compare everything.

DRILL_MAILS says how many rows of mail each organization has on top; `make prove` asks for many more than `make test`.
"""

import os
import threading

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from operant.panel.accounts.models import Session
from operant.platform import tenancy
from operant.platform.files.models import File
from operant.platform.messaging.models import Message
from operant.platform.tenancy import audit
from operant.testing.installations import HARBOUR, MAILS, MEADOW, PASSWORD, write_mails
from operant.trust import queries
from operant.trust.actions.backing_up import back_up
from operant.trust.actions.restoring import restore
from operant.trust.database import digests, dumping

MORE = int(os.environ.get("DRILL_MAILS", "0"))


@pytest.fixture
def drilled(filled, installation, identity, tmp_path):
    """A copy that people write to while it is backed up, and what was restored from that."""
    source, path = installation("busy", template=filled.name), tmp_path / "drill.backup"
    default = filled.home / "files"
    (source.home / "files").symlink_to(default)
    with source.served():
        write_mails(HARBOUR, MORE)
        write_mails(MEADOW, MORE)
        with writing():
            written = back_up(source.source, path, identity.to_public(), lambda line: None)
    restored = installation("restored")
    with restored.served():
        restore(path, identity, restored.target, lambda line: None)
    return source, restored, written, path


class writing:  # noqa: N801 - reads as a block
    """Letters are written to Harbour, one transaction each, for as long as the block runs."""

    def __enter__(self):
        self._stop, self._first = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()
        assert self._first.wait(60)

    def _write(self):
        while not self._stop.is_set():
            write_mails(HARBOUR, 1)
            self._first.set()
        connection.close()

    def __exit__(self, *failure):
        self._stop.set()
        self._thread.join()


def test_the_drill(drilled, identity):
    source, restored, written, path = drilled
    manifest = written.manifest
    assert queries.verify(path, identity, lambda line: None)[1] == manifest
    with dumping.snapshot(restored.role("ot_backup")) as (there, _):
        found = digests.tables(there)
    assert digests.differences(manifest.tables, found) == []
    assert restored.catalogs() == source.catalogs()
    mails = manifest.tables["messaging_message"].rows
    assert 2 * (MAILS + MORE) < mails <= source.ask("SELECT count(*) FROM messaging_message")[0][0]

    with restored.served():
        with tenancy.reception():
            assert authenticate(None, email="ada@harbour.example", password=PASSWORD).name == "Ada Brandt"
            assert Session.objects.count() == 0
        with tenancy.organization_scope(MEADOW):
            assert {mail.text for mail in Message.objects.all()} == {"Tuesday at nine"}
            assert Message.objects.count() == MAILS + MORE
            files = File.objects.all()
            assert [file.path.read_bytes() for file in files] == [
                (source.home / "files" / file.location).read_bytes() for file in files
            ]
            assert len(files) == 2  # a source and a logo
        with connection.cursor() as cursor:
            assert audit.findings(cursor) == []

