"""The page a screen opens, and the worker that keeps it for a start without network. No session, no cookie."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from operant.platform.ui.security import csp

ROOM = Path(__file__).resolve().parent.parent
MANIFEST = ROOM / "static/dist/player/.vite/manifest.json"
WORKER = ROOM / "static/player/sw.js"
ENTRY = "frontend/apps/player/main.ts"
UNBUILT = "The player was not built yet. Run `make run` once, then reload this page."


@require_safe
# Browsers before Chrome 59 know no worker-src: they ask child-src whether the page may be kept for a start without network.
@csp(
    features=["screen-wake-lock", "fullscreen", "autoplay"], media_src=["'self'"], frame_src=["'self'"], child_src=["'self'"]
)
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


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    headers = {"Cache-Control": "no-cache"}
    return JsonResponse(_installable(), content_type="application/manifest+json", headers=headers)


tv.auth = worker.auth = manifest.auth = "public"


@lru_cache(maxsize=1)
def _player(built_at: int) -> dict[str, Any]:
    made = json.loads(MANIFEST.read_text(encoding="utf-8"))
    entry = made[ENTRY]
    return {
        "script": _address(entry["file"]),
        "style": _address(made["style.css"]["file"]),
        "icon": static("ui/icon.svg"),
        "touch": static("player/icon-192.png"),
        "manifest": reverse("tv_manifest"),
        "awake": static("player/awake.webm"),
        "build": entry["file"],
        "fonts": [_address(name) for name in sorted(entry.get("assets", ())) if name.endswith(".woff2")],
    }


def _installable() -> dict[str, Any]:
    """What browsers are told that can keep the page as a program of its own."""
    icons = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))
    return {
        "id": "/tv", "name": "Operant screen", "short_name": "Screen", "start_url": reverse("tv"), "scope": reverse("tv"),
        "display": "fullscreen", "background_color": "#0e1218", "theme_color": "#0e1218",
        "description": "Shows an organization's dashboards on this device.",
        "icons": [
            {"src": static(f"player/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in icons
        ],
    }  # fmt: skip


def _address(name: str) -> str:
    return static(f"dist/player/{name}")
