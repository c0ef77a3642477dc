"""Pages that help when something went wrong: what happened, what it means, what to do."""

import logging
import sys
from dataclasses import dataclass

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout

from operant.platform import trail

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Explanation:
    code: str
    title: str
    meaning: str
    advice: str


EXPLANATIONS = {
    400: Explanation(
        "bad_request",
        "This request could not be read",
        "Something in the address or the form is not what this page expects. Nothing was changed.",
        "Go back and try again. If you followed a link, it may be cut short.",
    ),
    403: Explanation(
        "not_allowed",
        "You may not do this",
        "Your role in this organization does not include it. Nothing was changed.",
        "An owner or admin of the organization can give you another role.",
    ),
    404: Explanation(
        "not_found",
        "There is nothing at this address",
        "It was deleted or renamed, or it belongs to an organization you are not a member of.",
        "Check the address, or start from the list it was in.",
    ),
    405: Explanation(
        "method_not_allowed",
        "This address cannot be opened like that",
        "It only answers a form on another page. Nothing was changed.",
        "Go back and use the button there.",
    ),
    408: Explanation(
        "too_slow",
        "This took too long",
        "It was stopped so that others need not wait for it. Nothing was changed.",
        "Try again in a moment, or ask for less at a time.",
    ),
    409: Explanation(
        "conflict",
        "Something changed in the meantime",
        "Somebody else, or another of your windows, was faster. Nothing was overwritten.",
        "Reload the page to see how it is now, then try again.",
    ),
    410: Explanation(
        "gone",
        "This has ended",
        "It existed, and it expired, was withdrawn or was used already.",
        "Ask whoever sent it to you for a new one.",
    ),
    413: Explanation(
        "too_large",
        "This is too large",
        "More was sent than is accepted here. Nothing was saved.",
        "Send less at a time, or split the file.",
    ),
    422: Explanation(
        "invalid",
        "This cannot be accepted as it is",
        "Everything arrived, but something in it does not fit. Nothing was saved.",
        "Go back, mend it and send it again.",
    ),
    429: Explanation(
        "too_many",
        "Too many attempts",
        "There were more attempts in a short time than we accept, to keep others from guessing.",
        "Wait a minute, then try again.",
    ),
    500: Explanation(
        "failed",
        "Something failed on our side",
        "It was not your input. The failure was recorded, and nothing was half done.",
        "Try again in a minute. If it fails again, tell the people who run this installation.",
    ),
    503: Explanation(
        "unavailable",
        "Too much is asked at this moment",
        "This installation has more to do than it can answer at once. Nothing was changed.",
        "Try again in half a minute.",
    ),
}
REFUSED = Explanation("refused", "This could not be done", "", "")
EXPIRED_FORM = Explanation(
    "form_expired",
    "This page was open for too long",
    "A form is only accepted from a page opened in the same session. Nothing was saved.",
    "Go back, reload the page and send it again.",
)


def respond(
    request: HttpRequest,
    status: int,
    *,
    sentence: str = "",
    explanation: Explanation | None = None,
    code: str = "",
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Return the answer for a failure in the form its caller understands: page, partial or JSON."""
    explanation = explanation or _explanation(status, sentence)
    if wants_json(request):
        number = {"request_id": trail.request_id()} if status >= 500 else {}
        body = {"error": code or explanation.code, "message": sentence or explanation.meaning, **number}
        return JsonResponse(body, status=status, headers=headers)
    if request.headers.get("HX-Request") == "true":
        number = f" Tell them this number: {trail.request_id()}" if status >= 500 else ""
        return _partial(sentence or f"{explanation.title}. {explanation.advice}{number}", status, headers)
    context = {"status": status, "explanation": explanation, "sentence": sentence, "code": code}
    return _page(request, status, context, headers)


def wants_json(request: HttpRequest) -> bool:
    """Say whether the caller is a program."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def bad_request(request, exception=None):
    return respond(request, 400)


def forbidden(request, exception=None):
    return respond(request, 403, sentence=str(exception or ""))


def not_found(request, exception=None):
    return respond(request, 404)


def too_many(request, exception=None):
    return respond(request, 429, headers={"Retry-After": "60"})


def csrf_failure(request, reason=""):
    logger.warning("A form was refused: %s", reason)
    return respond(request, 403, explanation=EXPIRED_FORM)


def server_error(request):
    """Answer without database, session or context: whatever broke may be one of them."""
    status, headers = (503, {"Retry-After": "30"}) if _is_crowded(sys.exc_info()[1]) else (500, None)
    if wants_json(request) or request.headers.get("HX-Request") == "true":
        return respond(request, status, headers=headers)
    number, explanation = trail.request_id(), EXPLANATIONS[status]
    context = {"status": status, "explanation": explanation, "layout": "public.html", "number": number}
    try:
        page = render_to_string("ui/error.html", context)
    except Exception:
        logger.exception("The error page itself could not be drawn")
        page = PLAIN.format(title=explanation.title, advice=explanation.advice, number=number)
    return HttpResponse(page, status=status, headers=headers)


def _is_crowded(error: BaseException | None) -> bool:
    # The wait for one of this process's connections ended before one was free.
    return isinstance(error, OperationalError) and isinstance(error.__cause__, PoolTimeout)


PLAIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>{advice}</p><p>{number}</p></body></html>
"""


def _explanation(status: int, sentence: str) -> Explanation:
    if status == 409 and sentence:
        return REFUSED
    return EXPLANATIONS.get(status, EXPLANATIONS[400 if status < 500 else 500])


def _partial(sentence: str, status: int, headers: dict[str, str] | None) -> HttpResponse:
    body = render_to_string("ui/_toast.html", {"sentence": sentence, "tone": "error"})
    steering = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend", "HX-Push-Url": "false"}
    return HttpResponse(body, status=status, headers={**steering, **(headers or {})})


def _page(request: HttpRequest, status: int, context: dict, headers: dict[str, str] | None) -> HttpResponse:
    # A refused request may have left its transaction unusable, so the shell must not ask the database.
    request.shell_is_quiet = request.shell_is_failing = True
    try:
        layout = "base.html" if _is_signed_in(request) else "public.html"
        page = render_to_string("ui/error.html", {**context, "layout": layout}, request)
    except Exception:
        logger.exception("An error page could not be drawn inside the shell")
        page = render_to_string("ui/error.html", {**context, "layout": "public.html"})
    finally:
        request.shell_is_quiet = request.shell_is_failing = False
    return HttpResponse(page, status=status, headers=headers)


def _is_signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
