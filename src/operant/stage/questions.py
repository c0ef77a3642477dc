"""What a document asks, and the key under which everybody shares the answer. Pure but for the organization in scope."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from operant.platform import tenancy

from . import binding, ids, past, variables

ASSUMED_REFRESH = 300


@dataclass(frozen=True)
class Asked:
    """
    A query of a document with the key under which everybody shares its result. One that `varies` takes values of variables,
    and `looks_back` says how many seconds widgets look back on which of its columns.
    """

    key: str
    source_id: UUID
    sql: str
    parameters: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    refresh_seconds: int
    varies: bool = False
    looks_back: past.Wanted = field(default_factory=dict)

    @property
    def question(self) -> str:
        """What is asked, whatever the values: equal for all answers of a query that varies."""
        return question(self.source_id, self.sql)


def asked(document: dict[str, Any], values: variables.Values = variables.NONE) -> dict[str, Asked]:
    """
    Return what a document asks, by query id; queries without a source or SQL ask nothing.

    Its variables are set to those of these values that fit them, and hold their defaults otherwise.
    """
    found, wanted = {}, past.wanted(document)
    for query in document["queries"]:
        source_id = ids.source_key(query["source"])
        if source_id and query["sql"].strip():
            sql, declared = query["sql"], query.get("parameters", [])
            given = binding.used(sql, variables.given(document, declared, values))
            seconds = query.get("refresh_seconds", ASSUMED_REFRESH)
            steps, varies = query.get("steps", []), bool(variables.varying(declared) & {each["name"] for each in given})
            made = key(source_id, sql, given, steps)
            looks_back = wanted.get(query["id"], {})
            found[query["id"]] = Asked(made, source_id, sql, given, steps, seconds, varies, looks_back)
    return found


def key(source_id: UUID, sql: str, parameters: binding.Given = (), steps: Sequence[dict[str, Any]] = ()) -> str:
    """
    Return the key under which this organization shares the result of a query with these values and steps.

    Without steps, it is that of what the source itself is asked.
    """
    named = f"{tenancy.current_organization_id()}|{source_id}|{sql}"
    if parameters:
        # What has none keeps the key that it always had. Nothing that people write ends in a list of JSON like this by chance:
        # SQL holds no zero character.
        named += "\0" + json.dumps([[each["name"], each["type"], each["value"]] for each in parameters])
    if steps:
        named += "\0\0" + json.dumps(steps, sort_keys=True)
    return sha256(named.encode()).hexdigest()


def question(source_id: UUID, sql: str) -> str:
    """Return what all answers of a query that varies have in common. It is no key of a result."""
    return f"{source_id}|{sql}"


def keys(document: dict[str, Any], values: variables.Values = variables.NONE) -> dict[str, str]:
    """Return the data key of each query of a document with these values, by query id."""
    return {query_id: each.key for query_id, each in asked(document, values).items()}
