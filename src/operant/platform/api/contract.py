"""The contract, OpenAPI 3.1: what every endpoint says of itself, and what all of them have in common."""

import inspect
import json
import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from . import problems, repeats, shapes

VERSION = "1"
ROOT = "/api/v1/"
# pydantic names a page of screens Page_Screen_.
GENERIC = re.compile(r"\bPage_(\w+?)_(?=\")")
REFERRED = re.compile(r'"#/components/schemas/(\w+)"')
VERBS = ("get", "post", "put", "patch", "delete")
PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
KEY = {
    "in": "header", "name": repeats.HEADER, "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": repeats.LONGEST, "pattern": "^[!-~]+$"},
    "description": "Sent again with the same key within a day, the request has one effect and gets the same answer; "
    "while the first is at work, 409 with Retry-After.",
}  # fmt: skip
SHAPE = {
    "type": "object",
    "description": "A failure, as RFC 9457 writes it. Some have members beyond these.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string", "description": "The same for every problem of this status."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do, for people."},
        "code": {"type": "string", "description": "What happened, for programs."},
        "errors": {
            "type": "array",
            "description": "What does not fit: a JSON pointer into the body, or the name of a parameter.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string"}, "parameter": {"type": "string"}, "detail": {"type": "string"},
                },
            },
        },
    },
}  # fmt: skip


def summary(view: Callable[..., Any]) -> str:
    """Return an endpoint's first sentence."""
    return _sentences(view)[0]


def description(view: Callable[..., Any], needs: str, rule: Any) -> str:
    """Return what an endpoint says beyond its first sentence, and what a token needs for it."""
    scope = f"Needs the scope `{needs}`" if needs else "Needs any token"
    role = f" of somebody who is {rule.role.value} or more" if rule else ""
    return f"{_sentences(view)[1]} {scope}{role}.".strip()


def _sentences(view: Callable[..., Any]) -> tuple[str, str]:
    first, _, rest = " ".join(inspect.getdoc(view).split()).partition(". ")
    return first.rstrip("."), rest


def extra(
    path: str, method: str, view: Callable[..., Any], refuses: tuple[int, ...], takes_keys: bool, is_guarded: bool
) -> dict[str, Any]:
    """Return what ninja does not know of an endpoint: the problems it may answer, and its idempotency key."""
    statuses = {400, 401, 429, *refuses}
    statuses |= {403} if is_guarded else set()
    statuses |= {404} if "{" in path else set()
    statuses |= {422} if _takes_more(view, path) or takes_keys else set()
    statuses |= {409} if method != "GET" else set()
    statuses |= {413, 415} if method in {"POST", "PUT", "PATCH"} else set()
    told = {str(status): _problem(status) for status in sorted(statuses)}
    told |= {"304": {"description": "What the caller has is current"}} if method == "GET" else {}
    return {"responses": told, **({"parameters": [KEY]} if takes_keys else {})}


def whole(api: Any) -> dict[str, Any]:
    """Return the contract of everything that was composed into this API, as plain values."""
    text = json.dumps(api.get_openapi_schema(path_prefix=ROOT))
    found = _named(json.loads(GENERIC.sub(r"\1Page", text)))
    schemas = found["components"]["schemas"] | {"Problem": SHAPE}
    for shape in shapes.RAW.values():
        schemas |= _described(shape)
    used = _used(found["paths"], schemas)
    found["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return found


def _used(value: Any, schemas: dict[str, Any]) -> set[str]:
    waiting, used = set(REFERRED.findall(json.dumps(value))), set()
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= set(REFERRED.findall(json.dumps(schemas[name]))) - used
    return used


def _takes_more(view: Callable[..., Any], path: str) -> bool:
    return any(name != "request" and f":{name}}}" not in path for name in inspect.signature(view).parameters)


def _described(shape: type[BaseModel]) -> dict[str, Any]:
    described = shape.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**described.pop("$defs", {}), shape.__name__: described}


def _named(value: Any) -> Any:
    if isinstance(value, list):
        return [_named(each) for each in value]
    if not isinstance(value, dict):
        return value
    if shapes.RAW_MARK in value:
        return {"$ref": f"#/components/schemas/{value[shapes.RAW_MARK]}"}
    return {key: _named(each) for key, each in value.items()}


def _problem(status: int) -> dict[str, Any]:
    return {"description": problems.TITLES[status][1], "content": {problems.CONTENT_TYPE: PROBLEM}}
