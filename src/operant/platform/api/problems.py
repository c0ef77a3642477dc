"""Failures as RFC 9457 writes them, in one place, whatever failed."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from operant.platform import trail
from operant.platform.refusals import Refusal

CONTENT_TYPE = "application/problem+json"
REALM = 'Bearer realm="Operant"'
TITLES = {
    400: ("bad_request", "The request cannot be read"),
    401: ("unauthorized", "A valid token is needed"),
    403: ("not_allowed", "This token may not do that"),
    404: ("not_found", "There is nothing here"),
    405: ("method_not_allowed", "This address does not answer that method"),
    408: ("too_slow", "It took too long"),
    409: ("refused", "It cannot be done as things are"),
    410: ("gone", "It has ended"),
    413: ("too_large", "This is too large"),
    415: ("unsupported_media_type", "The body has another type than this address takes"),
    422: ("invalid", "It cannot be accepted as it is"),
    429: ("too_many", "Too many requests"),
    500: ("failed", "Something failed on our side"),
    503: ("unavailable", "This is not available at the moment"),
}
SENTENCES = {
    400: "The request could not be read. Nothing was changed.",
    404: "There is no such address. The reference lists them all.",
    405: "Ask with one of the methods in the Allow header.",
    413: "More was sent than this address takes. Nothing was saved.",
    500: "It was not your request. The failure was recorded; if it comes again, tell the operator this request's id.",
}


class Unauthorized(Refusal):
    """No token was shown, or one that is not good."""

    status = 401
    code = "unauthorized"


class UnsupportedMediaType(Refusal):
    """The body is of another type than the endpoint reads."""

    status = 415
    code = "unsupported_media_type"


class TooLarge(Refusal):
    """The body is larger than the endpoint reads."""

    status = 413
    code = "too_large"


class MissingScope(Refusal):
    """The token was not given the scope that this needs."""

    status = 403
    code = "missing_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This token lacks the scope {scope}. Make one that has it, under API tokens.")
        self.details = {"scope": scope}


def problem(
    status: int, *, detail: str = "", code: str = "", headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """Return a failure; `more` are members beyond those that every problem has."""
    usual, title = TITLES.get(status) or TITLES[400 if status < 500 else 500]
    told = {
        "type": f"{settings.PUBLIC_URL}/docs/api#problem-{status}", "title": title, "status": status,
        "detail": detail or SENTENCES.get(status, title + "."), "code": code or usual, **more,
    }  # fmt: skip
    needed = {"WWW-Authenticate": REALM} if status == 401 else {}
    # What a caller sent may be quoted: half a character, which JSON can spell, is spelled so again.
    body = json.dumps(told, ensure_ascii=False).encode(errors="backslashreplace")
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers={**needed, **(headers or {})})


def of_refusal(refusal: Refusal) -> HttpResponse:
    """Return a refusal as a problem, with whatever else it knows."""
    wait = getattr(refusal, "retry_after", None)
    headers = {"Retry-After": str(wait)} if wait else None
    details = getattr(refusal, "details", {})
    if "fields" in details:
        details = {"errors": [_pointed(getattr(refusal, "pointer", "#"), each) for each in details["fields"]]}
    return problem(refusal.status, detail=refusal.sentence, code=refusal.code, headers=headers, **details)


def of_failure() -> HttpResponse:
    """Return what a caller may know of a fault of ours: the request's id to ask with, and nothing else."""
    return problem(500, request=trail.request_id() or trail.new_id())


def of_validation(errors: list[dict[str, Any]]) -> HttpResponse:
    """Return what does not fit, each with a pointer into the body or the name of a parameter."""
    if all(each["loc"][0] == "path" for each in errors):
        return problem(404)
    found = [_located(each) for each in errors[:50]]
    one = "One thing does" if len(found) == 1 else f"{len(found)} things do"
    return problem(422, detail=f"{one} not fit. {found[0]['detail']}", errors=found)


def _located(error: dict[str, Any]) -> dict[str, str]:
    place, *steps = error["loc"]
    told = error["msg"].removeprefix("Value error, ").rstrip(".")
    sentence = f"{told[:1].upper()}{told[1:]}."[:300]
    if place in {"query", "header"}:
        return {"parameter": ".".join(map(str, steps)), "detail": sentence}
    # The first step is the name under which the endpoint takes its body.
    inside = steps if place in {"form", "file"} else steps[1:]
    return {"pointer": "#" + "".join(f"/{_escaped(str(step))}" for step in inside), "detail": sentence}


def _pointed(root: str, field: dict[str, str]) -> dict[str, str]:
    steps = [step for step in field["path"].split(".") if step]
    return {"pointer": root + "".join(f"/{_escaped(step)}" for step in steps), "detail": field["message"]}


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")[:100]
