import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client


def test_old_televisions_may_keep_the_page_too():
    policy = [each.strip() for each in Client().get("/tv")["Content-Security-Policy"].split(";")]
    assert [each for each in policy if each.split()[0] in {"worker-src", "child-src"}] == ["worker-src 'self'", "child-src 'self'"]


def test_the_page_can_be_installed():
    told = Client().get("/tv/manifest.webmanifest")
    said = json.loads(told.content)
    assert (told["Content-Type"], said["start_url"], said["scope"], said["display"]) == (
        "application/manifest+json", "/tv", "/tv", "fullscreen",
    )  # fmt: skip
    assert [(each["sizes"], each["purpose"]) for each in said["icons"]] == [
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    ]  # fmt: skip
    for name in ("icon-192.png", "icon-512.png", "icon-maskable-512.png"):
        found = Path(finders.find(f"player/{name}")).read_bytes()
        width, height = int.from_bytes(found[16:20]), int.from_bytes(found[20:24])
        assert (found[:8], f"{width}x{height}") == (b"\x89PNG\r\n\x1a\n", "192x192" if "192" in name else "512x512")
