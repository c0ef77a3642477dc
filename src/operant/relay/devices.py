"""What a browser says of itself in its User-Agent line: engine, major version, kind of device. The line is dropped."""

import re
from dataclasses import dataclass

_ENGINES = (
    (re.compile(r"(?:Chrome|Chromium)/(\d{1,4})"), "Chromium"),
    (re.compile(r"Firefox/(\d{1,4})"), "Gecko"),
    (re.compile(r"Version/(\d{1,4}).*Safari"), "WebKit"),
    (re.compile(r"AppleWebKit/(\d{1,4})"), "WebKit"),
)
# The first that matches: televisions also call themselves Linux, and telephones also call themselves Macintosh.
_MODELS = (
    ("Web0S", "webOS"),
    ("webOS", "webOS"),
    ("Tizen", "Tizen"),
    ("CrKey", "Chromecast"),
    ("AFT", "Fire TV"),
    ("BRAVIA", "Bravia"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux armv", "Linux on ARM"),
    ("Linux aarch64", "Linux on ARM"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    engine: str
    major: int
    model: str


def read(agent: str) -> Device:
    """Return what a User-Agent line tells; empty where it tells nothing."""
    agent = agent[:500]
    model = next((name for mark, name in _MODELS if mark in agent), "")
    for pattern, engine in _ENGINES:
        found = pattern.search(agent)
        if found:
            return Device(engine, int(found.group(1)), model)
    return Device("unknown", 0, model)
