"""The contract as people read it: headings, endpoints, shapes. The page and docs/reference are written from it."""

import json
from dataclasses import dataclass
from typing import Any

from .contract import VERBS

REFERENCE = "#/components/schemas/"
EXAMPLES = {"email": "dora@example.com", "date-time": "2026-11-22T09:30:00Z", "uri": "https://example.com"}


@dataclass(frozen=True)
class Kind:
    """A type in words; `shape` is the name of what it leads to, if it does."""

    text: str
    shape: str = ""


@dataclass(frozen=True)
class Field:
    """A field of a shape, or a parameter of an endpoint."""

    name: str
    kind: Kind
    is_required: bool
    meaning: str


@dataclass(frozen=True)
class Endpoint:
    """One method of one address."""

    name: str
    method: str
    path: str
    summary: str
    meaning: str
    parameters: list[Field]
    takes: Kind | None
    gives: Kind | None
    status: int
    problems: list[int]
    curl: str


@dataclass(frozen=True)
class Shape:
    """A named shape with its fields."""

    name: str
    meaning: str
    fields: list[Field]


@dataclass(frozen=True)
class Reference:
    """Everything: endpoints by heading, then the shapes that they take and give."""

    headings: dict[str, list[Endpoint]]
    shapes: list[Shape]


def read(contract: dict[str, Any], address: str) -> Reference:
    """Return the contract in words; `address` is where this installation answers."""
    schemas = contract["components"]["schemas"]
    headings: dict[str, list[Endpoint]] = {}
    for path, methods in contract["paths"].items():
        for method in VERBS:
            if method in methods:
                told = methods[method]
                headings.setdefault(told["tags"][0], []).append(_endpoint(method, path, told, schemas, address))
    return Reference(headings, [_shape(name, each) for name, each in schemas.items() if "properties" in each])


def _endpoint(method: str, path: str, told: dict[str, Any], schemas: dict[str, Any], address: str) -> Endpoint:
    answers = {int(status): answer for status, answer in told["responses"].items()}
    status = min(answers)
    media, body = next(iter(told.get("requestBody", {}).get("content", {}).items()), ("", None))
    content = next(iter(answers[status].get("content", {}).values()), None)
    return Endpoint(
        name=told["operationId"], method=method.upper(), path=path, summary=told["summary"],
        meaning=told["description"], parameters=[_parameter(each) for each in told["parameters"]],
        takes=(Kind("a form with the file") if media.startswith("multipart") else kind(body["schema"])) if body else None,
        gives=kind(content["schema"]) if content else None, status=status,
        problems=sorted(each for each in answers if each >= 400),
        curl=_curl(method.upper(), address + path, media, body and body["schema"], schemas),
    )  # fmt: skip


def _parameter(told: dict[str, Any]) -> Field:
    schema = told["schema"]
    return Field(told["name"], kind(schema), told["required"], told.get("description") or schema.get("description", ""))


def _shape(name: str, schema: dict[str, Any]) -> Shape:
    required = schema.get("required", [])
    fields = [
        Field(each, kind(told), each in required, told.get("description", ""))
        for each, told in schema["properties"].items()
    ]
    return Shape(name, " ".join(schema.get("description", "").split()), fields)


def kind(schema: dict[str, Any]) -> Kind:
    """Return a schema in words."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        return Kind(name, name)
    options = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if options:
        kinds = [kind(each) for each in options]
        shape = next((each.shape for each in kinds if each.shape), "")
        return Kind(" or ".join(dict.fromkeys(each.text for each in kinds)), shape)
    if "items" in schema:
        inner = kind(schema["items"])
        return Kind(f"list of {inner.text}", inner.shape)
    return Kind(_plain(schema))


def _plain(schema: dict[str, Any]) -> str:
    if "const" in schema or "enum" in schema:
        return " or ".join(f'"{each}"' if isinstance(each, str) else str(each)
                           for each in schema.get("enum", [schema.get("const")]))
    prefix = schema.get("pattern", "").removeprefix("^").partition("_[")[0]
    if prefix.isalpha() and len(prefix) == 3:
        return f"id ({prefix}_…)"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false",
             "null": "null", "array": "list", "object": "object"}
    named = {"date-time": "instant", "email": "mail address", "uri": "address", "binary": "file"}
    return named.get(schema.get("format", "")) or words.get(schema.get("type", ""), "any value")


def _curl(method: str, address: str, media: str, body: dict[str, Any] | None, schemas: dict[str, Any]) -> str:
    lines = ['curl -H "Authorization: Bearer $TOKEN"']
    if method not in {"GET", "POST"} or (method == "POST" and not body):
        lines[0] += f" -X {method}"
    if media.startswith("multipart"):
        lines.append("-F file=@orders.csv")
    elif body:
        text = json.dumps(_example(body, schemas), ensure_ascii=False)
        lines += ['-H "Content-Type: application/json"', f"-d '{text}'"]
    return " \\\n  ".join([*lines, address.replace("{", "$").replace("}", "")])


def _example(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].removeprefix(REFERENCE)]
    if depth > 1:
        return {} if schema.get("type") == "object" else "…"
    for options in ("anyOf", "allOf", "oneOf"):
        if options in schema:
            return _example(schema[options][0], schemas, depth)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: _example(each, schemas, depth + 1) for name, each in schema.get("properties", {}).items()}
    return _value(schema)


def _value(schema: dict[str, Any]) -> Any:
    prefix = schema.get("pattern", "").removeprefix("^").partition("_[")[0]
    if schema.get("type") == "string":
        return f"{prefix}_…" if prefix.isalpha() and len(prefix) == 3 else EXAMPLES.get(schema.get("format", ""), "…")
    return {"integer": max(1, schema.get("minimum", 1)), "boolean": True, "array": []}.get(schema.get("type", ""))
