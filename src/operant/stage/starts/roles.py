"""What each column of a table is good for: by its type, its name and what was read of it. Best first."""

import re
from dataclasses import dataclass

from .. import columns
from ..columns import Column
from .profile import FEW, Profile

_BEGUN = re.compile(r"(creat|order|open|start|begin|sign|regist|book|sold|date|day|time|bestell|datum)", re.I)
_LATER = re.compile(r"(updat|chang|modif|delet|expir|clos|end|due|birth|geburt)", re.I)
_NO_STAGE = re.compile(r"(updat|chang|modif|delet|expir|due|birth|geburt|until|valid)", re.I)
_YEAR = re.compile(r"(^|[_ ])(year|jahr)$", re.I)
_GROUPING = re.compile(
    r"(country|region|city|area|categor|type|kind|class|segment|product|channel|department|team|genre|species|brand|origin"
    r"|continent|location|store|shop|depot|island|cut|color|reason|land$|gruppe)",
    re.I,
)
_STATUS = re.compile(r"(status|state$|stage|phase|priorit|severity|outcome|result$|resolution|zustand)", re.I)
_PERSON = re.compile(r"(customer|client|user|member|person|account|buyer|patient|subscriber|visitor|kunde)", re.I)
_PRIVATE = re.compile(r"(mail|phone|address|url|link|comment|note|description|uuid|password|token)", re.I)
_TITLE = re.compile(r"(name|title|subject|label|bezeichnung)", re.I)
MOST_GROUPS, MOST_STATUSES = 50, 8
DAYS_BY_DAY, DAYS_BY_MONTH = 92, 4000
# The years 2000 to 2065 as programs count them, in seconds and thousandths since 1970: moments, and no amounts.
_MOMENTS_COUNTED = ((946_684_800, 3_000_000_000), (946_684_800_000, 3_000_000_000_000))


@dataclass(frozen=True)
class Roles:
    """The columns of one table, sorted by what they are good for; a column may be good for several things."""

    moments: list[Column]
    measures: list[Column]
    categories: list[Column]
    statuses: list[Column]
    people: list[Column]
    stages: list[Column]


def of(known: list[Column], profile: Profile) -> Roles:
    """Return what the columns are good for."""
    groups = sorted((each for each in known if _is_group(each, profile)), key=lambda each: _group_rank(each, profile))
    statuses = [each for each in groups if _is_status(each, profile)]
    return Roles(
        moments=_moments(known, profile), measures=_measures(known, profile),
        categories=[each for each in groups if each not in statuses] + statuses, statuses=statuses,
        people=[each for each in known if _is_person(each, profile)],
        stages=[each for each in known if each["type"] in columns.TIMES and not _NO_STAGE.search(each["name"])],
    )  # fmt: skip


def is_year(column: Column) -> bool:
    """Return whether a number is a year."""
    return column["type"] == "integer" and bool(_YEAR.search(column["name"]))


def unit(profile: Profile, moment: Column | None) -> str:
    """Return what a moment is best grouped by, given from when to when its values go."""
    if moment is None:
        return "month"
    if is_year(moment):
        return "year"
    days = profile.days(moment["name"])
    return "month" if days is None or DAYS_BY_DAY < days <= DAYS_BY_MONTH else "day" if days <= DAYS_BY_DAY else "year"


def how(profile: Profile, measure: Column) -> str:
    """Return what says something of a figure in many rows: its `sum`, or its `avg` where that would add up what is none."""
    is_level = measure["type"] == "float" and not columns.is_added(measure) and profile.is_level(measure["name"])
    return "avg" if columns.is_averaged(measure) or is_level else "sum"


def is_title(column: Column) -> bool:
    """Return whether a text says what a row is."""
    return column["type"] == "text" and bool(_TITLE.search(column["name"]))


def is_private(column: Column) -> bool:
    """Return whether a column had better not stand on a wall unless somebody chose it."""
    return bool(_PRIVATE.search(column["name"]))


def _moments(known: list[Column], profile: Profile) -> list[Column]:
    times = [each for each in known if each["type"] in columns.TIMES and profile.distinct.get(each["name"], 2) > 1]
    times.sort(key=lambda each: (bool(_LATER.search(each["name"])), not _BEGUN.search(each["name"])))
    return times + [each for each in known if is_year(each) and profile.distinct.get(each["name"], 2) > 1]


def _measures(known: list[Column], profile: Profile) -> list[Column]:
    found = [each for each in known if not _is_code(each, profile)]
    # A yes or no in digits can be counted, which is said last.
    plain = [each for each in found if not _is_flag(each, profile)]
    first = columns.measure(plain)
    rest = [each for each in plain if each is not first and each["type"] in columns.FIGURES and not columns.is_naming(each)]
    return [*([first] if first else []), *rest]


def _is_code(column: Column, profile: Profile) -> bool:
    """Say whether a number names a row: by its name, or because it counts the rows."""
    if column["type"] not in columns.FIGURES or columns.is_naming(column) or profile.distinct.get(column["name"]) in {0, 1}:
        return True
    low, high = profile.ranges.get(column["name"], (None, None))
    if column["type"] != "integer" or low is None:
        return False
    if any(since <= int(low) <= int(high) < until for since, until in _MOMENTS_COUNTED):
        return True
    if profile.rows < FEW:
        return False
    return profile.distinct[column["name"]] == profile.rows and int(high) - int(low) + 1 == profile.rows


def _is_flag(column: Column, profile: Profile) -> bool:
    low, high = profile.ranges.get(column["name"], (None, None))
    return column["type"] == "integer" and profile.distinct.get(column["name"]) == 2 and (str(low), str(high)) == ("0", "1")


def _is_group(column: Column, profile: Profile) -> bool:
    count = profile.distinct.get(column["name"])
    if is_private(column):
        return False
    if column["type"] == "integer":
        # Few whole numbers are kinds as often as amounts: cylinders, a class, a grade.
        return not columns.is_naming(column) and count is not None and 2 <= count <= FEW and profile.rows >= 3 * count
    if column["type"] not in {"text", "boolean"}:
        return False
    if count is None:
        return column["type"] == "boolean" or not (columns.is_naming(column) or is_title(column))
    return 2 <= count <= MOST_GROUPS and 2 * count <= max(profile.rows, 4)


def _group_rank(column: Column, profile: Profile) -> tuple[bool, bool, bool]:
    count = profile.distinct.get(column["name"], FEW)
    return column["type"] == "integer", not _GROUPING.search(column["name"]), not 3 <= count <= MOST_GROUPS // 2


def _is_status(column: Column, profile: Profile) -> bool:
    few = profile.distinct.get(column["name"], 2) <= MOST_STATUSES
    return column["type"] == "text" and few and bool(_STATUS.search(column["name"]))


def _is_person(column: Column, profile: Profile) -> bool:
    if column["type"] not in {"text", "integer"} or not _PERSON.search(column["name"]):
        return False
    count = profile.distinct.get(column["name"])
    is_key = columns.is_naming(column) or bool(_PRIVATE.search(column["name"]) or _TITLE.search(column["name"]))
    # Somebody who never comes back says nothing about coming back.
    return is_key and (count is None or MOST_STATUSES < count < 0.9 * profile.rows)
