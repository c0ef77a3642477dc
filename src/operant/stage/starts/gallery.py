"""Which starts fit a table, best first, and which columns each would use. Pure."""

from dataclasses import dataclass
from typing import Any

from .. import columns
from ..columns import Column
from ..models import Source
from . import choosing, roles
from .choosing import Choice
from .profile import Profile
from .roles import Roles
from .templates import TEMPLATES, Slot, Template


@dataclass(frozen=True)
class Offer:
    """A start that fits, with the columns that it would use and, for each, what could stand there instead."""

    choice: Choice
    others: dict[str, list[Column]]

    @property
    def uses(self) -> str:
        """The columns in a line: “ordered on, amount and region”."""
        names = list(dict.fromkeys(columns.words(each).lower() for each in self.choice.columns.values()))
        return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names) or "all columns"


def offers(source: Source, table: dict[str, Any], profile: Profile, values: list[str]) -> list[Offer]:
    """
    Return what fits a table, best first. One without rows or columns has nothing to offer.

    What was read of it counts more than what its database says, which may have counted when it was still empty.
    """
    if not table["columns"] or profile.is_empty or (table["rows"] == 0 and not profile.is_read):
        return []
    found = roles.of(table["columns"], profile)
    fitting = [offer for each in TEMPLATES if (offer := _fitted(source, table, each, found, profile, values))]
    return sorted(fitting, key=lambda offer: -offer.choice.template.worth(offer.choice.columns))


def described(table: dict[str, Any], profile: Profile) -> str:
    """Return in words what a table has that a dashboard can start from: “dates (day), amounts (revenue) and groups (depot)”."""
    found = roles.of(table["columns"], profile)
    nouns = [("dates", found.moments), ("amounts", found.measures), ("groups", found.categories)]
    said = [f"{noun} ({columns.words(fits[0]).lower()})" for noun, fits in nouns if fits]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said) or "rows"


def suited(source: Source, table: dict[str, Any], choice: Choice, profile: Profile, values: list[str]) -> Offer:
    """Return a start that somebody chose, with what could stand in each of its slots."""
    found = roles.of(table["columns"], profile)
    fresh = choosing.of_table(source, table, choice.table.unit, values if "status" in choice.columns else [])
    return Offer(Choice(choice.template, fresh, choice.columns), _others(table, choice.template, found))


def status_of(table: dict[str, Any], profile: Profile) -> Column | None:
    """Return the column whose values have to be known before anything is offered."""
    return next(iter(roles.of(table["columns"], profile).statuses), None)


def _fitted(
    source: Source, table: dict[str, Any], template: Template, found: Roles, profile: Profile, values: list[str]
) -> Offer | None:
    columns: dict[str, Column] = {}
    for slot in template.slots:
        taken = {each["name"] for each in columns.values()}
        fits = [each for each in slot.role(found) if each["name"] not in taken]
        if fits:
            columns[slot.name] = choosing.reckoned(slot.name, fits[0], "", profile)
        elif not slot.optional:
            return None
    unit = roles.unit(profile, columns.get("moment"))
    made = choosing.of_table(source, table, unit, values if "status" in columns else [])
    return Offer(Choice(template, made, columns), _others(table, template, found))


def _others(table: dict[str, Any], template: Template, found: Roles) -> dict[str, list[Column]]:
    """Return for each slot what fits it, best first, and then whatever else is of such a type."""

    def fitting(slot: Slot) -> list[Column]:
        best = slot.role(found)
        types = _TYPES[slot.name.rstrip("1234")]
        more = [each for each in table["columns"] if each["type"] in types and each not in best]
        return best + [each for each in more if types != columns.FIGURES or not columns.is_naming(each)]

    return {each.name: fitting(each) for each in template.slots}


_GROUPS = {"text", "boolean", "integer"}
_TYPES = {
    "moment": columns.TIMES, "stage": columns.TIMES,
    "measure": columns.FIGURES, "second": columns.FIGURES, "third": columns.FIGURES,
    "category": _GROUPS, "status": _GROUPS, "person": {"text", "integer"},
}  # fmt: skip
