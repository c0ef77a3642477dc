import hashlib
import io
import os
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from operant.platform import files
from operant.platform.files import checks, sandbox, storing
from operant.platform.files.models import File
from operant.platform.refusals import Invalid
from operant.testing.queue import run_chore
from operant.testing.workbooks import workbook

_CSV = b"city,n\nOslo,1\n"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {**settings.STORAGES["default"]["OPTIONS"], "location": str(settings.FILES_ROOT)},
        },
    }


def _zip(first: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr(first, "x")
    return made.getvalue()


def _upload(content: bytes = _CSV, name: str = "cities.csv", **kwargs) -> File:
    return files.store(SimpleUploadedFile(name, content), name=name, **kwargs)


def _stored(root) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_file_is_kept_under_its_organization(cast, settings):
    with cast.at_harbour(cast.ben):
        file = _upload()
        assert (file.name, file.kind, file.size) == ("cities.csv", "csv", 14)
        assert file.sha256 == hashlib.sha256(_CSV).hexdigest()
        assert file.location == f"{cast.harbour.pk}/{file.pk}.csv"
        assert _stored(settings.FILES_ROOT) == [file.location]
        with file.open() as content:
            assert content.read() == _CSV
        with file.local() as path:
            assert sandbox.convert(path, file.kind, to=path.parent / "out").rows == 1
    assert oct(settings.FILES_ROOT.stat().st_mode & 0o777) == "0o700"


def test_its_name_is_written_out_like_its_bytes(cast, settings, monkeypatch):
    written, write_out = [], os.fsync

    def watched(descriptor):
        written.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        write_out(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    with cast.at_harbour():
        _upload()
    assert [each.parent.name for each in written[:1]] == [".arriving"]
    assert written[1:] == [settings.FILES_ROOT / str(cast.harbour.pk), settings.FILES_ROOT]


def test_another_organization_does_not_see_it(cast):
    with cast.at_harbour():
        file = _upload()
    with cast.at_meadow():
        assert list(File.objects.all()) == []
    with cast.at_harbour():
        assert list(File.objects.all()) == [file]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (_CSV, "a.csv", "csv"),
        (_CSV, "a.parquet", "csv"),
        ("ä;b\n".encode("utf-16"), "a.csv", "csv"),
        ("a;b\n1;2\n".encode("utf-16-le"), "a.csv", "csv"),
        ("Größe;b\n".encode("cp1252"), "a.csv", "csv"),
        (b"[id],name\n1,x\n", "a.csv", "csv"),
        (b' [ {"a": 1}]', "a.txt", "json"),
        (b'{"a": 1}\n', "a", "json"),
        (b'\xef\xbb\xbf{"a": 1}\n', "a", "json"),
        (b"PAR1....", "a.csv", "parquet"),
        (workbook([["n"], [1]]), "a.csv", "xlsx"),
        (_zip("docProps/app.xml"), "a", "xlsx"),
        (_zip("other.xml"), "a.XLSM", "xlsx"),
    ],
)
def test_content_decides_the_kind(cast, content, name, kind):
    with cast.at_harbour():
        assert _upload(content, name).kind == kind


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n", "The file is empty."),
        (b"PK\x03\x04xx", "This is a ZIP file. Unpack it and upload what is inside."),
        (_zip("data.csv"), "This is a ZIP file. Unpack it and upload what is inside."),
        (_zip("mimetype"), "This is an OpenDocument file. Save it as .xlsx or CSV and upload that."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
         "This is an old Excel file, or has a password. Save it as .xlsx without one, or as CSV, and upload that."),
        (b"%PDF-1.7", "This is a PDF, not a table. Upload a CSV, Excel, JSON or Parquet file, or a SQLite database."),
        (b"a" + b"\0" * 50 + b"b" * 10,
         "This is not a table that can be read. Upload a CSV, Excel, JSON or Parquet file, or a SQLite database."),
    ],
)  # fmt: skip
def test_other_kinds_are_refused_and_leave_nothing(cast, settings, content, sentence):
    with cast.at_harbour():
        with pytest.raises(Invalid) as caught:
            _upload(content, "evil.csv")
        assert File.objects.count() == 0
    assert (caught.value.sentence, _stored(settings.FILES_ROOT)) == (sentence, [])


def test_a_kind_that_was_asked_for_must_be_there(cast):
    with cast.at_harbour(), pytest.raises(Invalid) as caught:
        _upload(kind="parquet")
    assert caught.value.sentence == "This is a CSV file, not PARQUET."


def test_a_file_over_the_limit_is_cut_off(cast, settings):
    settings.FILE_LIMIT = 1_000_000
    with cast.at_harbour(), pytest.raises(Invalid) as caught:
        _upload(b"x" * 1_000_001)
    assert caught.value.sentence == "The file is larger than 1 MB. Split it or leave columns out."
    assert _stored(settings.FILES_ROOT) == []


def test_the_quota_is_per_organization(cast, settings):
    settings.FILE_QUOTA = 20
    with cast.at_harbour():
        first = _upload()
        with pytest.raises(Invalid) as caught:
            _upload()
        assert caught.value.sentence == (
            "There is no room for this file: 0 MB of 0 MB are used. Delete files that are no longer needed."
        )
        first.delete()
        _upload()
    with cast.at_meadow():
        _upload()


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/pass\nwd.csv", "passwd.csv"), ("C:\\Users\\x\\a.csv", "a.csv"), ("…", "…"), (" .", "file")],
)
def test_names_are_only_labels(cast, name, kept):
    with cast.at_harbour():
        file = files.store(SimpleUploadedFile("x", _CSV), name=name)
        assert (file.name, file.location) == (kept, f"{cast.harbour.pk}/{file.pk}.csv")


def test_a_check_can_turn_a_file_away(cast, settings, monkeypatch):
    monkeypatch.setattr(checks, "_CHECKS", [])

    @files.checks_content
    def scan(path, kind):
        if b"EICAR" in path.read_bytes():
            raise Invalid(f"The {kind} file holds a virus.")

    with cast.at_harbour():
        with pytest.raises(Invalid) as caught:
            _upload(b"EICAR\n1\n")
        _upload()
    assert caught.value.sentence == "The csv file holds a virus."
    assert len(_stored(settings.FILES_ROOT)) == 1


def test_a_check_that_fails_lets_nothing_in(cast, settings, monkeypatch):
    def broken(path, kind):
        raise OSError("no scanner")

    monkeypatch.setattr(checks, "_CHECKS", [broken])
    with cast.at_harbour(), pytest.raises(OSError, match="no scanner"):
        _upload()
    assert _stored(settings.FILES_ROOT) == []


def test_an_upload_that_breaks_off_leaves_nothing(cast, settings):
    class Broken:
        def chunks(self, chunk_size=None):
            yield b"a,b\n"
            raise ConnectionError("gone")

    with cast.at_harbour():
        with pytest.raises(ConnectionError):
            files.store(Broken(), name="a.csv")
        assert File.objects.count() == 0
    assert _stored(settings.FILES_ROOT) == []


def test_bytes_without_a_row_are_swept(cast, settings):
    """A transaction that rolled back after its file was in place."""
    with cast.at_harbour():
        kept = _upload()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            lost = _upload(b"lost,n\n1,2\n")
            _ = 1 / 0
    arriving = settings.FILES_ROOT / ".arriving" / "tmp-broken"
    arriving.write_bytes(b"x")
    assert storing.sweep(cast.harbour.pk) == 0
    for path in (default_storage.path(lost.location), default_storage.path(kept.location), arriving):
        os.utime(path, (0, 0))
    run_chore("files.sweep")
    assert _stored(settings.FILES_ROOT) == [kept.location]


def test_deleting_a_row_deletes_its_bytes_when_it_is_certain(cast, settings, django_capture_on_commit_callbacks):
    with cast.at_harbour():
        file = _upload()
        with django_capture_on_commit_callbacks(execute=True):
            file.delete()
            assert len(_stored(settings.FILES_ROOT)) == 1
    assert _stored(settings.FILES_ROOT) == []


def test_a_file_that_we_made_is_adopted(cast, tmp_path):
    made = tmp_path / "made"
    made.write_bytes(_CSV)
    with cast.at_harbour():
        assert files.adopt(made, name="made.csv", kind="csv").size == 14
    assert made.read_bytes() == _CSV


def test_a_storage_that_is_no_folder_gives_a_copy(cast, monkeypatch):
    with cast.at_harbour():
        file = _upload()

    def nowhere(self, name):
        raise NotImplementedError

    content = file.open()
    monkeypatch.setattr(type(default_storage._wrapped), "path", nowhere)
    monkeypatch.setattr(File, "open", lambda self: content)
    with file.local() as path:
        assert path.read_bytes() == _CSV
    assert not path.exists()


def test_an_unknown_organization_has_nothing_to_sweep(cast):
    assert storing.sweep(uuid4()) == 0


def test_nobody_else_on_this_machine_can_read_what_is_kept(cast, settings):
    with cast.at_harbour():
        kept = _upload().path
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
