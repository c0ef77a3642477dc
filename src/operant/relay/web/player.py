"""The page a screen opens, and the worker that keeps it for a start without network. No session, no cookie."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from operant.platform.ui.security import csp

ROOM = Path(__file__).resolve().parent.parent
MANIFEST = ROOM / "static/dist/player/.vite/manifest.json"
WORKER = ROOM / "static/player/sw.js"
ENTRY = "frontend/apps/player/main.ts"
UNBUILT = "The player was not built yet. Run `make run` once, then reload this page."


@require_safe
@csp(features=["screen-wake-lock", "fullscreen", "autoplay"], media_src=["'self'"], frame_src=["'self'"])
def tv(request: HttpRequest) -> HttpResponse:
    try:
        player = _player(MANIFEST.stat().st_mtime_ns)
    except FileNotFoundError:
        return HttpResponse(
            UNBUILT, status=503, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
        )
    # Rendered without the request: nothing of a session can get into it.
    page = render_to_string("relay/tv.html", {"player": player})
    return HttpResponse(page, headers={"Cache-Control": "no-store"})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/tv"}
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)


tv.auth = worker.auth = "public"


@lru_cache(maxsize=1)
def _player(built_at: int) -> dict[str, Any]:
    made = json.loads(MANIFEST.read_text(encoding="utf-8"))
    entry = made[ENTRY]
    return {
        "script": _address(entry["file"]),
        "style": _address(made["style.css"]["file"]),
        "icon": static("ui/icon.svg"),
        "build": entry["file"],
        "fonts": [_address(name) for name in sorted(entry.get("assets", ())) if name.endswith(".woff2")],
    }


def _address(name: str) -> str:
    return static(f"dist/player/{name}")
