"""
A Django site as one writes it without thinking about it: a ping stores its sample, a stream waits for news.

Runs in the environment `django`: `application` under gunicorn for pings, `streaming` under uvicorn for streams.
"""

import asyncio
import contextlib
import json
import os

import django
import psycopg
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path
from django.utils import timezone

PLACE = psycopg.conninfo.conninfo_to_dict(os.environ["PEER_DSN"])
settings.configure(
    SECRET_KEY="peer",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": PLACE["dbname"], "USER": PLACE["user"],
            "PASSWORD": PLACE["password"], "HOST": PLACE["host"], "PORT": PLACE["port"],
            "OPTIONS": {"pool": {"min_size": 4, "max_size": 16}},
        }
    },
)  # fmt: skip
django.setup()


class Device(models.Model):
    token = models.CharField(max_length=64, unique=True)
    last_seen_at = models.DateTimeField(null=True)
    width, height = models.PositiveIntegerField(default=0), models.PositiveIntegerField(default=0)
    engine, version = models.CharField(max_length=20), models.CharField(max_length=40, null=True)

    class Meta:
        app_label = "peer"


def ping(request):
    body = json.loads(request.body)
    with transaction.atomic():
        device = Device.objects.select_for_update().get(token=request.headers["Authorization"].removeprefix("Bearer "))
        device.last_seen_at = timezone.now()
        device.width, device.height = body["viewport"]["w"], body["viewport"]["h"]
        device.engine, device.version = body["browser"]["engine"], body["rendered"]["version"]
        device.save()
    return JsonResponse({"next_in": 30})


_waiting: set[asyncio.Queue] = set()
_listening: list[asyncio.Task] = []


async def stream(request):
    if not _listening:
        _listening.append(asyncio.create_task(_listen()))
    return StreamingHttpResponse(_events(), content_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _events():
    queue: asyncio.Queue = asyncio.Queue()
    _waiting.add(queue)
    try:
        yield b"retry: 2000\n\n"
        while True:
            yield await queue.get()
    finally:
        _waiting.discard(queue)


async def _listen():
    async with await psycopg.AsyncConnection.connect(os.environ["PEER_DSN"], autocommit=True) as listening:
        await listening.execute("LISTEN peer_live")
        async for told in listening.notifies():
            for queue in list(_waiting):
                queue.put_nowait(f"event: changed\ndata: {told.payload}\n\n".encode())


def prepare(tokens):
    """Make the table with one device for each token."""
    with connection.schema_editor() as editor, contextlib.suppress(django.db.ProgrammingError):
        editor.create_model(Device)
    Device.objects.bulk_create([Device(token=token) for token in tokens])


urlpatterns = [path("ping", ping), path("stream", stream)]
application, streaming = get_wsgi_application(), get_asgi_application()

if __name__ == "__main__":
    prepare([f"device-{number}" for number in range(int(os.environ["PEER_DEVICES"]))])
