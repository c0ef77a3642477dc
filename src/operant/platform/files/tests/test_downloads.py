import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncRequestFactory, Client

from operant.platform import files
from operant.platform.files import downloads
from operant.platform.files.web import views

_HTML = b"<script>alert(1)</script>,b\n1,2\n"


@pytest.fixture
def file(cast):
    with cast.at_harbour():
        return files.store(SimpleUploadedFile("x", _HTML), name='Zahlen "März".html')


def _client() -> Client:
    return Client(headers={"accept": "application/json"})


def test_a_download_is_an_attachment_that_cannot_run(file):
    response = _client().get(downloads.address(file))
    assert (response.status_code, response.getvalue()) == (200, _HTML)
    assert {name: response[name] for name in _PROMISED} == _PROMISED


_PROMISED = {
    "Content-Type": "application/octet-stream",
    "Content-Length": str(len(_HTML)),
    "Content-Disposition": "attachment; filename*=utf-8''Zahlen%20%22M%C3%A4rz%22.html",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def test_an_address_expires(file, monkeypatch):
    address = downloads.address(file)
    monkeypatch.setattr(downloads, "VALID_SECONDS", timedelta(seconds=-1))
    assert _client().get(address).status_code == 410


@pytest.mark.parametrize("spoil", [lambda token: token[:-1], lambda token: "x" + token, lambda token: "nothing"])
def test_a_forged_address_finds_nothing(file, spoil):
    token = downloads.address(file).rsplit("/", 1)[1]
    assert _client().get(f"/files/{spoil(token)}").status_code == 404


def test_an_address_of_another_organization_finds_nothing(cast, file):
    file.organization_id = cast.meadow.pk
    assert _client().get(downloads.address(file)).status_code == 404


def test_a_file_that_is_gone_is_not_found(cast, file):
    address = downloads.address(file)
    file.pk = uuid4()
    assert _client().get(downloads.address(file)).status_code == 404
    file.path.unlink()
    assert _client().get(address).status_code == 404


def test_only_reading_is_possible(file):
    assert _client().post(downloads.address(file)).status_code == 405


def test_under_asgi_it_is_streamed(file, monkeypatch):
    """A plain iterator would be read to its end before the first byte is sent."""
    monkeypatch.setattr(views, "_CHUNK", 10)
    response = views._attached(AsyncRequestFactory().get("/"), file)

    async def parts() -> list[bytes]:
        return [part async for part in response.streaming_content]

    assert response.is_async
    assert asyncio.run(parts()) == [_HTML[start : start + 10] for start in range(0, len(_HTML), 10)]
