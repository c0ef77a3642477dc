"""From text to a document, or to sentences that say what is wrong, on which line."""

from collections.abc import Callable
from typing import Any

from operant.platform.refusals import Invalid

from .. import document as documents
from . import names
from .tree import Path, Tree, Unreadable

Check = Callable[[dict[str, Any]], dict[str, Any]]
MOST_PROBLEMS = 50
# More than a dashboard has, which the document says; each is looked at beside all others.
MOST_OF_A_KIND = 100
_PLACE = ("x", "y", "w", "h")
_OBJECT = "This must be an object."
_NAME = "A name has letters, digits, - and _ only, and at most 40 of them."
_STRANGE = "This is not part of a dashboard as text."
_OF_SAVED = "The saved query says this. Change it there, or leave “saved” out."
_SAID = {
    "This must be text.": "This must be text. Put it in quotes.",
    "This is not part of a dashboard document.": _STRANGE,
}


class InvalidText(Invalid):
    """A text that cannot become a dashboard; `details` lists each line, path, and what is wrong there."""

    code = "invalid"
    pointer = "#/text"

    def __init__(self, fields: list[dict[str, Any]]) -> None:
        first, others = fields[0], len(fields) - 1
        where = f", {first['path']}" if first["path"] else ""
        more = f" {others} more {'mistake' if others == 1 else 'mistakes'} below." if others else ""
        super().__init__(f"Line {first['line']}{where}: {first['message']}{more}")
        self.details = {"fields": fields}


def read(
    text: str, labels: dict[str, str], known: dict[str, Any] | None = None, check: Check = dict,
    saved: dict[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """
    Return the document that a text says.

    `labels` has what each source is called by its public id. With `known`, the document that the text was written
    from, queries and widgets that keep their names keep their ids. `check` may raise `InvalidDocument` of what only a
    database knows. `saved` has what saved queries say by their names.

    :raises InvalidText: with a line, a path and a sentence for each thing that is wrong.
    """
    try:
        reader = _Reader(Tree(text), labels, known or {"queries": [], "widgets": []}, saved or {})
        document = reader.document()
    except Unreadable as error:
        raise InvalidText([mistake(error.line, error.path, error.sentence)]) from None
    if not reader.problems:
        try:
            return check(documents.parse(document).as_sent())
        except documents.InvalidDocument as error:
            reader.take(error)
    found = sorted(reader.problems, key=lambda each: each["line"])
    raise InvalidText(found[:MOST_PROBLEMS])


def mistake(line: int, path: Path, message: str) -> dict[str, Any]:
    """Return what is wrong as `InvalidText` lists it."""
    return {"line": line, "path": ".".join(step[:60] for step in path), "message": message}


class _Reader:
    def __init__(
        self, tree: Tree, labels: dict[str, str], known: dict[str, Any], saved: dict[str, dict[str, Any]]
    ) -> None:
        self.tree = tree
        self.saved = saved
        self.problems: list[dict[str, Any]] = []
        self.sources = {label: key for key, label in labels.items()} | {key: key for key in labels}
        self.known_queries, self.known_widgets = names.of(known["queries"]), names.of(known["widgets"], "widget")
        self.queries: dict[str, str] = {}
        self.widgets: dict[str, str] = {}

    def document(self) -> dict[str, Any]:
        top = self.tree.value
        if not isinstance(top, dict):
            self._wrong((), "A dashboard as text begins with “format: 1”.")
            return {}
        queries, widgets = (self._objects(top, part) for part in ("queries", "widgets"))
        self.queries, self.widgets = names.ids(queries, self.known_queries), names.ids(widgets, self.known_widgets)
        variables = {"variables": self._variables(top["variables"])} if "variables" in top else {}
        return {
            **top, **variables,
            "queries": [self._query(name, body) for name, body in queries.items()],
            "widgets": [self._widget(name, body) for name, body in widgets.items()],
        }

    def take(self, error: documents.InvalidDocument) -> None:
        """Say what is wrong with the document in the words of the text."""
        for each in error.details["fields"]:
            steps = each["path"].split(".")
            message = _SAID.get(each["message"], each["message"])
            self._wrong(self._path(steps), _NAME if steps[2:] == ["id"] else message)

    def _objects(self, top: dict[str, Any], part: str) -> dict[str, dict[str, Any]]:
        found = top.get(part)
        if found is None:
            return {}
        if not isinstance(found, dict):
            self._wrong((part,), "This must be an object with a name for each of them.")
            return {}
        if len(found) > MOST_OF_A_KIND:
            raise Unreadable(self.tree.line((part,)), f"There are more than {MOST_OF_A_KIND} here.", (part,))
        for name, body in found.items():
            if not isinstance(body, dict):
                self._wrong((part, name), _OBJECT)
        return {name: body for name, body in found.items() if isinstance(body, dict)}

    def _variables(self, variables: Any) -> Any:
        if not isinstance(variables, list):
            return variables
        return [self._variable(str(position), each) for position, each in enumerate(variables[:MOST_OF_A_KIND])]

    def _variable(self, position: str, body: Any) -> Any:
        source = body.get("choices_from") if isinstance(body, dict) else None
        if not isinstance(source, dict) or not isinstance(source.get("query"), str):
            return body
        if source["query"] not in self.queries:
            said = f"There is no query called “{source['query'][:60]}” in this text."
            self._wrong(("variables", position, "choices_from", "query"), said)
        return {**body, "choices_from": {**source, "query": self.queries.get(source["query"], "")}}

    def _query(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        self._refuse(("queries", name), body, ("id",))
        if "saved" in body:
            return self._use(name, body)
        made = {"name": "", **body, "id": self.queries[name]}
        source = body.get("source")
        if isinstance(source, str) and source:
            made["source"] = self.sources.get(source, "")
            if not made["source"]:
                self._wrong(("queries", name, "source"), self._unknown_source(source))
        return made

    def _use(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        self._refuse(("queries", name), body, tuple(set(body) - {"id", "saved", "parameters"}), _OF_SAVED)
        found = self.saved.get(body["saved"]) if isinstance(body["saved"], str) else None
        if found is None:
            there = f" There are: {', '.join(sorted(self.saved)[:10])}." if self.saved else " Import it first."
            self._wrong(("queries", name, "saved"), f"There is no saved query called “{str(body['saved'])[:60]}” here.{there}")
            return {}
        own = {"parameters": body["parameters"]} if "parameters" in body else {}
        return {**found, **own, "id": self.queries[name]}

    def _widget(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        self._refuse(("widgets", name), body, ("id", *_PLACE))
        rest = {key: value for key, value in body.items() if key != "place"}
        made = {"title": "", "query": None, "options": {}, **rest, **self._place(name, body)}
        if isinstance(made["query"], str):
            if made["query"] not in self.queries:
                self._wrong(("widgets", name, "query"), f"There is no query called “{made['query'][:60]}” in this text.")
            made["query"] = self.queries.get(made["query"])
        return {**made, "id": self.widgets[name]}

    def _place(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        place = body.get("place")
        if not isinstance(place, dict):
            self._wrong(("widgets", name, "place"), "This must be an object with x, y, w and h.")
            return {}
        self._refuse(("widgets", name, "place"), place, tuple(set(place) - set(_PLACE)))
        return {key: place[key] for key in _PLACE if key in place}

    def _unknown_source(self, name: str) -> str:
        known = sorted({label for label in self.sources if label not in self.sources.values()})
        there = f" There are: {', '.join(known[:10])}{' and others' if len(known) > 10 else ''}." if known else ""
        return f"There is no data source called “{name[:120]}” here.{there}"

    def _refuse(self, path: Path, body: dict[str, Any], strange: tuple[str, ...], why: str = _STRANGE) -> None:
        for name in strange:
            if name in body:
                self._wrong((*path, name), why)

    def _path(self, steps: list[str]) -> Path:
        part, rest = steps[0], steps[1:]
        if part not in ("queries", "widgets") or not rest or not rest[0].isdigit():
            return tuple(steps)
        name = list(self.queries if part == "queries" else self.widgets)[int(rest[0])]
        if part == "widgets" and rest[1:] and rest[1] in _PLACE:
            return (part, name, "place", *rest[1:])
        # The id is what it is called: the path ends there.
        return (part, name) if rest[1:] == ["id"] else (part, name, *rest[1:])

    def _wrong(self, path: Path, message: str) -> None:
        self.problems.append(mistake(self.tree.line(path), path, message))
