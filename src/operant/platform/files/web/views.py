import asyncio
from collections.abc import AsyncIterator

from django.core.files.base import File as OpenFile
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from operant.platform import tenancy
from operant.platform.refusals import NotFound

from .. import downloads
from ..models import File

_CHUNK = 1 << 18


@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    organization_id, file_id = downloads.redeem(token)
    with tenancy.organization_scope(organization_id):
        file = File.objects.filter(pk=file_id).first()
    if file is None:
        raise NotFound("There is no such file.")
    return _attached(request, file)


def _attached(request: HttpRequest, file: File) -> HttpResponseBase:
    try:
        content = file.open()
    except FileNotFoundError:
        raise NotFound("There is no such file.") from None
    # Under ASGI Django reads a plain iterator to its end before it sends the first byte.
    streamed = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(_parts(content)) if streamed else FileResponse(content)
    response["Content-Type"] = "application/octet-stream"
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["Content-Security-Policy"] = downloads.INERT
    response["Cache-Control"] = "private, no-store"
    return response


async def _parts(content: OpenFile) -> AsyncIterator[bytes]:
    with content:
        while part := await asyncio.to_thread(content.read, _CHUNK):
            yield part
