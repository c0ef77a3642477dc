"""The headers every response carries, and the registry of those who asked for more."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps

BASE_POLICY: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "worker-src": ("'self'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
}
FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
ONE_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Needs:
    """
    What one page needs beyond the base: more sources for a directive, or a browser feature.

    `referrer` is what it tells pages that it leads to.
    """

    directives: dict[str, tuple[str, ...]] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    referrer: str = "strict-origin-when-cross-origin"


VIEWS: dict[str, Needs] = {}
PATHS: dict[str, Needs] = {}


def csp(*, features: Iterable[str] = (), **directives: Iterable[str]) -> Callable:
    """
    Let one view's page do more than the base policy: `@csp(form_action=["https://pay.example"])`.

    Whoever asks is listed in `VIEWS`, which a test compares with the approved list.
    """
    needs = _needs(features, directives)

    def decorate(view: Callable) -> Callable:
        VIEWS[f"{view.__module__}.{view.__qualname__}"] = needs

        @wraps(view)
        def wrapper(request, *args, **kwargs):
            response = view(request, *args, **kwargs)
            response.security_needs = needs
            return response

        return wrapper

    return decorate


def extend_path(prefix: str, *, features: Iterable[str] = (), **directives: Iterable[str]) -> None:
    """Let every answer below an address do more than the base policy; for routes outside Django's views."""
    PATHS[prefix] = _needs(features, directives)


def security_headers(path: str, secure: bool, needs: Needs | None = None) -> list[tuple[bytes, bytes]]:
    """Return the headers for an answer at `path`; raw ASGI routes add them as they are."""
    needs = needs or _needs_of(path)
    headers = [
        (b"content-security-policy", _policy(needs).encode()),
        (b"permissions-policy", _permissions(needs).encode()),
        (b"referrer-policy", needs.referrer.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
    if secure:
        headers.append((b"strict-transport-security", f"max-age={ONE_YEAR}".encode()))
    return headers


def _needs(features: Iterable[str], directives: dict[str, Iterable[str]]) -> Needs:
    unknown = set(features) - set(FEATURES)
    if unknown:
        raise ValueError(f"Unknown browser features: {', '.join(sorted(unknown))}")
    return Needs(
        directives={name.replace("_", "-"): tuple(sources) for name, sources in directives.items()},
        features=tuple(features),
    )


def _needs_of(path: str) -> Needs:
    matching = [prefix for prefix in PATHS if path == prefix or path.startswith(prefix.rstrip("/") + "/")]
    return PATHS[max(matching, key=len)] if matching else Needs()


def _policy(needs: Needs) -> str:
    merged = dict(BASE_POLICY)
    for directive, sources in needs.directives.items():
        before = tuple(source for source in merged.get(directive, ()) if source != "'none'")
        merged[directive] = before + tuple(source for source in sources if source not in before)
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in merged.items())


def _permissions(needs: Needs) -> str:
    return ", ".join(f"{name}=({'self' if name in needs.features else ''})" for name in FEATURES)
