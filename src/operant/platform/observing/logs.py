"""Logs: one JSON object a record, or lines for people in a terminal. What was sent to us is never in them."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

from operant.platform import scrubbing, trail

from . import stacks

LONGEST = 500
TRAIL = ("request_id", "method", "route", "job", "job_id", "organization_id", "person_id")
# What a record may carry besides, given as `extra`.
EXTRA = ("status", "duration_ms", "outcome", "bytes")


class Json(logging.Formatter):
    """One JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(told(record), ensure_ascii=False, default=str)


class Lines(logging.Formatter):
    """What a person in a terminal reads: a line, and the stack of an exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        facts = told(record)
        head = f"{facts['time'][11:19]} {record.levelname:<7} {record.name}: {facts['event']}"
        rest = [f"{name}={facts[name]}" for name in (*EXTRA, *TRAIL) if name in facts]
        return "\n    ".join([" ".join([head, *rest]), *facts.get("stack", [])])


def told(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is written about a record."""
    known = trail.current()
    facts = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": event(record),
        **{name: known[name] for name in TRAIL if name in known},
        **{name: vars(record)[name] for name in EXTRA if name in vars(record)},
    }
    error = record.exc_info[1] if record.exc_info else None
    return facts | ({"error": stacks.kind(error), "stack": stacks.lines(error)} if error else {})


def event(record: logging.LogRecord) -> str:
    """Return what happened, in words that hold nobody's values."""
    if record.name.split(".")[0] == "operant":
        return scrubbing.scrub(record.getMessage(), longest=LONGEST)
    if record.name == "django.request":
        return "A request failed."  # theirs names the path, in which tokens stand
    # Others pass what they got from outside as arguments; their own words are the template.
    arguments = record.args if isinstance(record.args, tuple) else ()
    shown = tuple(each if isinstance(each, int | float) else "…" for each in arguments)
    try:
        return scrubbing.foreign(str(record.msg) % shown if shown else str(record.msg))
    except (TypeError, ValueError):
        return scrubbing.foreign(str(record.msg))


def configuration(style: str, *, is_local: bool, is_debug: bool) -> dict[str, Any]:
    """Return Django's LOGGING for a style (`json`, `text`, or empty: text on a terminal or a local address)."""
    terminal = sys.stderr.isatty() or "OPERANT_TERMINAL" in os.environ
    style = style or ("text" if terminal or is_local else "json")
    calm = "INFO" if style == "json" or is_debug else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "operant.platform.observing.logs.Json"},
            "text": {"()": "operant.platform.observing.logs.Lines"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": style},
            "errors": {"class": "operant.platform.observing.errors.Keeping", "level": "ERROR"},
        },
        "root": {"handlers": ["console", "errors"], "level": "INFO"},
        "loggers": {
            # Django would mail errors, with everything that the request held.
            "django": {"handlers": [], "level": "INFO"},
            "django.request": {"level": "ERROR"},
            # Anybody can ask for a host that is not ours: it stands in the log, and is no failure of this house.
            "django.security.DisallowedHost": {"handlers": ["console"], "propagate": False},
            # Jobs are told by `operant.jobs`, with the request they began with.
            "procrastinate": {"level": "WARNING"},
            "procrastinate.worker": {"level": "CRITICAL"},
            "procrastinate.worker.worker": {"level": "WARNING"},
            # Requests are told by `operant.requests`; uvicorn's own lines carry query strings.
            "uvicorn.access": {"level": "CRITICAL"},
            "operant.requests": {"level": calm},
            "operant.jobs": {"level": calm},
        },
    }
