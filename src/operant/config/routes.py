"""Every route of the house in one inventory, raw ASGI ones included. The isolation matrix is generated from it."""

import inspect
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """
    One address: its pattern, methods, the room it belongs to and who may come.

    `auth` is `public`, `person`, a role (`viewer`, `editor`, `admin`, `owner`), `operator`, `device` or `token`.
    `organization` says whether the address names one; devices and tokens name theirs themselves.
    """

    path: str
    methods: tuple[str, ...]
    room: str
    auth: str
    organization: bool
    name: str | None = None


def inventory() -> list[dict[str, Any]]:
    """Return every route as plain values, sorted by path."""
    from . import asgi

    raw = {**asgi.SHORT.by_key, **asgi.RAW.by_key}
    found = list(_django(get_resolver().url_patterns, ""))
    # Behind some of them stands Django, for the other methods of the same address.
    known = {route.path for route in found}
    found += [_raw(method, path, function) for (method, path), function in raw.items() if path not in known]
    return [asdict(route) for route in sorted(found, key=lambda route: (route.path, route.methods))]


def _django(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _django(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield _view(pattern, path)


def _view(pattern: URLPattern, path: str) -> Route:
    view = pattern.callback
    return Route(
        path="/" + path.replace("^", "").replace("$", ""),
        methods=tuple(getattr(view, "methods", None) or _let_through(view)),
        room=_room(view),
        auth=getattr(view, "auth", "public"),
        organization="<slug:organization>" in path,
        name=pattern.name,
    )


def _let_through(view: Any) -> tuple[str, ...]:
    """Return the methods that a view's decorators let through: Django's keep them to themselves."""
    while view:
        if inspect.isfunction(view) and (known := inspect.getclosurevars(view).nonlocals.get("request_method_list")):
            return tuple(known)
        view = getattr(view, "__wrapped__", None)
    return METHODS[:3]


def _raw(method: str, path: str, function: Any) -> Route:
    return Route(path, (method,), _room(function), getattr(function, "auth", "public"), False)


def _room(function: Any) -> str:
    parts = getattr(function, "__module__", "").split(".")
    if parts[0] != "operant":
        return parts[0]
    return ".".join(parts[1:3]) if parts[1] in {"panel", "platform"} else parts[1]
