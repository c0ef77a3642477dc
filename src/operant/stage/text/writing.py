"""From a document to text, always in the same order."""

import re
from decimal import Decimal
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from ..document import options
from . import names

_KINDS: dict[str, Any] = {
    "number": options.NumberOptions, "line": options.LineOptions, "bar": options.BarOptions,
    "gauge": options.GaugeOptions, "progress": options.ProgressOptions, "donut": options.DonutOptions,
    "leaderboard": options.LeaderboardOptions, "status": options.StatusOptions,
    "table": options.TableOptions, "text": options.TextOptions,
    "image": options.ImageOptions, "clock": options.ClockOptions, "countdown": options.CountdownOptions,
    "qr": options.QrOptions, "web": options.WebOptions,
}  # fmt: skip
_VALUES = ("name", "type", "value", "variable")
_RULE = ("when", "value", "role", "label")
_VARIABLE = ("name", "label", "type", "default", "choices", "choices_from")
_STEP = ("kind", "date", "column", "value", "how", "count", "order", "period", "columns", "names", "figures", "by")
# Breaks that YAML would read back as another one, and the mark that it takes for its own.
_TURNED = re.compile("[\r\x85\u2028\u2029\ufeff]")
_PRINTABLE = re.compile("[\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010fffe]*")


class _Dumper(yaml.SafeDumper):
    def analyze_scalar(self, scalar: str) -> Any:
        found = super().analyze_scalar(scalar)
        # PyYAML quotes texts with tabs and spaces at the end of a line, which is most of what people paste.
        found.allow_block = bool(scalar.strip("\n ") and _PRINTABLE.fullmatch(scalar) and not _TURNED.search(scalar))
        return found

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def written(document: dict[str, Any], labels: dict[str, str], saved: dict[str, dict[str, Any]] | None = None) -> str:
    """
    Return a document as text.

    `labels` has what each source is called by its public id; one that is not there is written as its id. `saved` has what
    saved queries say by their names: a use of one only names it, and one that says what that said earlier is written out.
    """
    queries, widgets = names.of(document["queries"]), names.of(document["widgets"], "widget")
    top = _block({
        "format": _plain(document["format"]),
        "title": _plain(document["title"]),
        "grid": _flow({name: document["grid"][name] for name in ("columns", "rows")}),
        **_variables(document.get("variables", []), queries),
        "queries": _block({queries[each["id"]]: _query(each, labels, saved or {}) for each in document["queries"]}),
        "widgets": _block({widgets[each["id"]]: _widget(each, queries) for each in document["widgets"]}),
    })  # fmt: skip
    return yaml.serialize(top, Dumper=_Dumper, allow_unicode=True, width=1_000_000)


def _variables(variables: list[dict[str, Any]], queries: dict[str, str]) -> dict[str, Node]:
    named = [
        {**each, "choices_from": {**each["choices_from"], "query": queries[each["choices_from"]["query"]]}}
        if each.get("choices_from") else each for each in variables
    ]  # fmt: skip
    return {"variables": _lines(named, _VARIABLE)} if named else {}


def written_saved(query: dict[str, Any], description: str, labels: dict[str, str]) -> str:
    """Return a saved query as text of its own."""
    top = {"format": _plain(1), "saved_query": _plain(query["name"])}
    said = {"description": _plain(description)} if description else {}
    asked = _asked(query, labels)
    del asked["name"]
    return yaml.serialize(_block({**top, **said, **asked}), Dumper=_Dumper, allow_unicode=True, width=1_000_000)


def _query(query: dict[str, Any], labels: dict[str, str], saved: dict[str, dict[str, Any]]) -> Node:
    name = next((name for name, each in saved.items() if names.says(query, each)), "")
    if not name:
        return _block(_asked(query, labels))
    own = query.get("parameters", [])
    values = {"parameters": _lines(own, _VALUES)} if own != saved[name].get("parameters", []) else {}
    return _block({"saved": _plain(name), **values})


def _asked(query: dict[str, Any], labels: dict[str, str]) -> dict[str, Node]:
    source = labels.get(query["source"], query["source"])
    parts = {
        "name": _plain(query["name"]), "source": _plain(source),
        "refresh_seconds": _plain(query["refresh_seconds"]), "sql": _plain(query["sql"]),
    }  # fmt: skip
    if query.get("parameters"):
        parts["parameters"] = _lines(query["parameters"], _VALUES)
    if query.get("steps"):
        parts["steps"] = _lines(query["steps"], _STEP)
    if query.get("columns"):
        parts["columns"] = _lines(query["columns"], ("column", *options.FormatOptions.model_fields))
    return parts


def _widget(widget: dict[str, Any], queries: dict[str, str]) -> Node:
    parts = {
        "kind": _plain(widget["kind"]), "title": _plain(widget["title"]),
        "place": _flow({name: widget[name] for name in ("x", "y", "w", "h")}),
    }  # fmt: skip
    if widget["query"] is not None:
        parts["query"] = _plain(queries[widget["query"]])
    chosen = widget["options"]
    parts["options"] = _block({name: _chosen(chosen[name]) for name in _order(_KINDS[widget["kind"]]) if name in chosen})
    return _block(parts)


def _chosen(value: Any) -> Node:
    if not isinstance(value, list):
        return _plain(value)
    if value and isinstance(value[0], dict):
        return SequenceNode("tag:yaml.org,2002:seq", [_flow(_ordered(each)) for each in value], flow_style=False)
    return SequenceNode("tag:yaml.org,2002:seq", [_plain(each) for each in value], flow_style=True)


def _ordered(part: dict[str, Any]) -> dict[str, Any]:
    """Return a column of a table or a rule with what it has in their order."""
    order = _order(options.TableColumn) if "column" in part else _RULE
    return {name: part[name] for name in order if name in part}


def _lines(parts: list[dict[str, Any]], order: tuple[str, ...]) -> Node:
    """Return a list with one part a line, each with what it has in this order."""
    rows = [_part({name: each[name] for name in order if name in each}) for each in parts]
    return SequenceNode("tag:yaml.org,2002:seq", rows, flow_style=False)


def _part(value: Any) -> Node:
    """Return what consists of texts and numbers as one line."""
    if isinstance(value, dict):
        pairs = [(_plain(name), _part(each)) for name, each in value.items()]
        return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=True)
    if isinstance(value, list):
        return SequenceNode("tag:yaml.org,2002:seq", [_part(each) for each in value], flow_style=True)
    return _value(value)


def _value(value: Any) -> Node:
    if isinstance(value, list):
        return SequenceNode("tag:yaml.org,2002:seq", [_value(each) for each in value], flow_style=True)
    # As it reads back: a text that looks like a number stays a text.
    return ScalarNode("tag:yaml.org,2002:str", value, style='"') if isinstance(value, str) else _plain(value)


def _order(chosen: Any) -> list[str]:
    # What only this kind has comes first: it says what the widget shows.
    own = chosen.__annotations__
    return sorted(chosen.model_fields, key=lambda name: name not in own)


def _plain(value: Any) -> Node:
    if isinstance(value, str):
        style = '"' if _TURNED.search(value) else "|" if "\n" in value else None
        return ScalarNode("tag:yaml.org,2002:str", value, style=style)
    if value is None:
        return ScalarNode("tag:yaml.org,2002:null", "null")
    if isinstance(value, bool):
        return ScalarNode("tag:yaml.org,2002:bool", "true" if value else "false")
    if isinstance(value, float):
        # A number with a point stays one.
        return ScalarNode("tag:yaml.org,2002:float", format(Decimal(repr(value)), "f"))
    return ScalarNode("tag:yaml.org,2002:int", str(value))


def _block(parts: dict[str, Node]) -> Node:
    return MappingNode("tag:yaml.org,2002:map", [(_plain(key), value) for key, value in parts.items()], flow_style=False)


def _flow(parts: dict[str, Any]) -> Node:
    pairs = [(_plain(key), _chosen(value)) for key, value in parts.items()]
    return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=True)
