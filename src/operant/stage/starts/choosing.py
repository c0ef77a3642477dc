"""From what stands in an address to a dashboard: which start, of which table, with which columns. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from operant.platform.refusals import Invalid

from .. import dialects
from ..columns import Column
from ..document import empty
from ..models import Source
from . import parts, roles
from .profile import MOST_VALUES, Profile
from .templates import REFRESH_SECONDS, TEMPLATES, Table, Template

UNITS = ("day", "month", "year")
HOWS = {"sum": "Total", "avg": "Average"}
FIGURES = ("measure", "second", "third")
LONGEST_VALUE = 100
OTHERS = "\\"
"""Stands for values of a status that are not named: too rare, too long, or not to be quoted everywhere."""
NONE = "-"
"""Stands for a slot that is left open on purpose."""


@dataclass(frozen=True)
class Choice:
    """A start with the columns that it uses."""

    template: Template
    table: Table
    columns: dict[str, Column]

    def document(self, source: Source, title: str) -> dict[str, Any]:
        """Return the dashboard that it becomes."""
        return parts.document(empty(title), source.public_id, self.template.make(self.table, self.columns), REFRESH_SECONDS)

    @property
    def values(self) -> list[str]:
        """The values of the status that are named, with what stands for none and for others."""
        return [*self.table.values, *([""] if self.table.has_none else []), *([OTHERS] if self.table.has_others else [])]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What an address says of it."""
        slots = [(each.name, self.columns.get(each.name, {"name": NONE})["name"]) for each in self.template.slots]
        hows = [(f"{name}_how", self.columns[name]["how"]) for name in FIGURES if name in self.columns]
        values = [("value", each) for each in self.values]
        return [("start", self.template.key), ("table", self.table.name), ("unit", self.table.unit), *slots, *hows, *values]

    @property
    def query(self) -> str:
        return urlencode(self.asked)


def chosen(source: Source, asked: Mapping[str, Any], values: list[str], profile: Profile | None = None) -> Choice:
    """
    Return what an address says. How figures are reckoned and moments grouped is judged by the profile where it does not say.

    :raises Invalid: when there is no such start, table or column.
    """
    template = next((each for each in TEMPLATES if each.key == asked.get("start")), None)
    table = next((each for each in source.tables if each["name"] == asked.get("table")), None)
    if template is None or table is None:
        raise Invalid("There is no such start. Choose one again.")
    known = {each["name"]: each for each in table["columns"]}
    profile = profile or Profile()
    columns = {
        each.name: reckoned(each.name, _column(known, asked.get(each.name, "")), asked.get(f"{each.name}_how", ""), profile)
        for each in template.slots if asked.get(each.name, NONE) != NONE
    }  # fmt: skip
    missing = [each.label for each in template.slots if not each.optional and each.name not in columns]
    if missing:
        raise Invalid(f"Choose a column first: {', '.join(missing).lower()}.")
    moment = columns.get("moment")
    unit = _said(asked.get("unit", ""), UNITS, moment) or roles.unit(profile, moment)
    return Choice(template, of_table(source, table, unit, values), columns)


def of_table(source: Source, table: dict[str, Any], unit: str, values: list[str]) -> Table:
    """Return a source's table as templates take it. An empty one among the values says that rows have none."""
    found = list(dict.fromkeys(each for each in values if each))
    named = [each for each in found if OTHERS not in each and len(each) <= LONGEST_VALUE]
    has_none = "" in values
    room = MOST_VALUES - has_none
    has_others = len(found) > min(len(named), room)
    kept, unit = tuple(named[: room - has_others]), unit if unit in UNITS else "month"
    return Table(table["name"], table["columns"], dialects.of(source.kind), unit, kept, has_none, has_others)


def reckoned(slot: str, column: Column, said: str, profile: Profile) -> Column:
    """Return the column of a slot; of a figure with `how` it is reckoned, as was said or as it is best."""
    return {**column, "how": _said(said, HOWS, column) or roles.how(profile, column)} if slot in FIGURES else column


def _said(text: str, known: Collection[str], column: Column | None) -> str:
    """Return what was said of a column. A form says “avg:price”, so that it means nothing once another column was chosen."""
    said, _, name = text.partition(":")
    return said if said in known and (not name or (column is not None and column["name"] == name)) else ""


def _column(known: dict[str, Column], name: str) -> Column:
    if name not in known:
        raise Invalid(f"The table has no column {name[:60]}. Choose another one.")
    return known[name]
