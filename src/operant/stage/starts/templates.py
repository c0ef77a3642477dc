"""The kinds of first dashboards: what each needs, and what it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import columns, naming
from ..columns import Column
from ..dialects import Dialect
from . import parts
from .parts import COUNT, Part, Period, Place
from .roles import Roles, is_private, is_title, is_year

REFRESH_SECONDS = 300
LISTED_COLUMNS = 6
MOST_STAGES = 4
Chosen = dict[str, Column]
Placed = list[tuple[Part, Place]]


@dataclass(frozen=True)
class Table:
    """
    A table as queries name it. `unit` is what moments are grouped by, `values` are those of the status that are named.

    One that `has_none` has rows without a status, one that `has_others` has values that are not named.
    """

    name: str
    columns: list[Column]
    dialect: Dialect
    unit: str = "month"
    values: tuple[str, ...] = ()
    has_none: bool = False
    has_others: bool = False


@dataclass(frozen=True)
class Slot:
    """A column that a start uses: `role` says which columns fit it; of one that is `optional` there may be none."""

    name: str
    label: str
    role: Callable[[Roles], list[Column]]
    optional: bool = False


@dataclass(frozen=True)
class Template:
    """One kind of first dashboard. `worth` says how much it says with the columns that were chosen: the best comes first."""

    key: str
    name: str
    purpose: str
    slots: tuple[Slot, ...]
    make: Callable[[Table, Chosen], Placed]
    worth: Callable[[Chosen], int]


def overview(table: Table, chosen: Chosen) -> Placed:
    """Return how many, how much, over time, by group, and the latest rows."""
    when, group, dialect = chosen.get("moment"), chosen.get("category"), table.dialect
    figures = [COUNT, *([parts.figure(chosen["measure"], dialect)] if "measure" in chosen else [])]
    numbers = [_number(table, each, when) for each in figures]
    line = parts.line(table.name, _period(table, when), figures[-1], dialect) if when else None
    bar = parts.bar(table.name, group, figures[-1], dialect) if group else None
    rows = parts.rows(table.name, table.columns[: parts.TABLE_COLUMNS], when, dialect)
    widths = [5] * len(numbers) + [0] if line else [0] * len(numbers)
    top = parts.row([*numbers, line] if line else numbers, widths, 0, 6)
    return top + parts.row([bar, rows] if bar else [rows], [12, 0] if bar else [0], 6, parts.ROWS - 6)


def glance(table: Table, chosen: Chosen) -> Placed:
    """Return four figures, as large as there is room."""
    picked = [chosen[name] for name in ("measure", "second", "third") if name in chosen]
    figures = [COUNT, *(parts.figure(each, table.dialect) for each in picked)]
    main = picked[0]
    spare = [parts.figure(main, table.dialect, how) for how in ("avg", "max")]
    figures += [each for each in spare if each.sql not in {one.sql for one in figures}]
    numbers = [parts.number(table.name, each, table.dialect) for each in figures[:4]]
    half = len(numbers) // 2
    return parts.row(numbers[:half], [0] * half, 0, 7) + parts.row(numbers[half:], [0] * (len(numbers) - half), 7, 7)


def over_time(table: Table, chosen: Chosen) -> Placed:
    """Return a figure and the number of rows, each as it is now and as it went."""
    period, dialect = _period(table, chosen["moment"]), table.dialect
    figures = [*([parts.figure(chosen["measure"], dialect)] if "measure" in chosen else []), COUNT]
    heights = [8, 6] if len(figures) > 1 else [14]
    placed: Placed = []
    for figure, height in zip(figures, heights, strict=True):
        pair = [_number(table, figure, chosen["moment"]), parts.line(table.name, period, figure, dialect)]
        placed += parts.row(pair, [6, 0], parts.ROWS - sum(heights) if not placed else heights[0], height)
    return placed


def ranking(table: Table, chosen: Chosen) -> Placed:
    """Return who leads, as bars and as a list."""
    group, dialect = chosen["category"], table.dialect
    main = parts.figure(chosen["measure"], dialect) if "measure" in chosen else COUNT
    name = dialect.name(group["name"])
    different = parts.Figure(f"count(distinct {name})", "different", f"Different {columns.words(group).lower()}", parts.WHOLE)
    figures = [main] if main is COUNT else [main, COUNT]
    reckoned = ", ".join(f"{each.sql} as {dialect.name(each.column)}" for each in figures)
    listed = Part(
        "table", f"All by {columns.words(group).lower()}",
        f"select {name}, {reckoned}\nfrom {table.name}\ngroup by 1\norder by 2 desc\nlimit 50",
        {"columns": [parts.drawn(group), *(_reckoned(each) for each in figures)], "rows": 14},
    )  # fmt: skip
    bars = parts.bar(table.name, group, main, dialect, 10)
    aside = parts.number(table.name, different, dialect)
    return [
        (bars, {"x": 0, "y": 0, "w": 14, "h": 14}), (aside, {"x": 14, "y": 0, "w": 10, "h": 4}),
        (listed, {"x": 14, "y": 4, "w": 10, "h": 10}),
    ]  # fmt: skip


def newest(table: Table, chosen: Chosen) -> Placed:
    """Return the newest rows with what says most about them."""
    when = chosen["moment"]
    rows = parts.rows(table.name, _telling(table, chosen), when, table.dialect, 18)
    aside = [parts.number(table.name, COUNT, table.dialect), parts.line(table.name, _period(table, when), COUNT, table.dialect)]
    return [
        (rows, {"x": 0, "y": 0, "w": 16, "h": 14}), (aside[0], {"x": 16, "y": 0, "w": 8, "h": 5}),
        (aside[1], {"x": 16, "y": 5, "w": 8, "h": 9}),
    ]  # fmt: skip


def by_status(table: Table, chosen: Chosen) -> Placed:
    """Return how many rows each status has, and how that differs from group to group."""
    status, dialect = chosen["status"], table.dialect
    bars = parts.bar(table.name, status, COUNT, dialect)
    group = chosen.get("category")
    listed = parts.rows(table.name, _telling(table, chosen), None, dialect)
    beside = _stacked(table, status, group) if group and table.values else listed
    total = parts.number(table.name, COUNT, dialect)
    return [
        (total, {"x": 0, "y": 0, "w": 8, "h": 4}), (bars, {"x": 0, "y": 4, "w": 8, "h": 10}),
        (beside, {"x": 8, "y": 0, "w": 16, "h": 14}),
    ]  # fmt: skip


def funnel(table: Table, chosen: Chosen) -> Placed:
    """Return how many rows came how far: each moment is a stage that a row has reached once it is filled."""
    stages = [each for name, each in sorted(chosen.items()) if name.startswith("stage")]
    dialect = table.dialect
    names = [dialect.name(each["name"]) for each in stages]
    reached = "\nunion all ".join(
        f"select {at} as position, {dialect.text(columns.words(each))} as stage, count({name}) as reached from {table.name}"
        for at, (each, name) in enumerate(zip(stages, names, strict=True), 1)
    )
    sql = f"select stage, reached\nfrom ({reached}) as stages\norder by position"
    bars = Part("bar", "How far they came", sql, {"x": "stage", "y": ["reached"], "horizontal": True, "format": "integer"})
    share = parts.Figure(f"count({names[-1]}) * 1.0 / nullif(count({names[0]}), 0)", "share", "Came to the end", parts.SHARE)
    aside = [parts.number(table.name, COUNT, dialect), parts.number(table.name, share, dialect)]
    return [
        (bars, {"x": 0, "y": 0, "w": 16, "h": 14}), (aside[0], {"x": 16, "y": 0, "w": 8, "h": 7}),
        (aside[1], {"x": 16, "y": 7, "w": 8, "h": 7}),
    ]  # fmt: skip


def coming_back(table: Table, chosen: Chosen) -> Placed:
    """Return how many are new in each period, and how many were there before."""
    dialect, period = table.dialect, _period(table, chosen["moment"])
    who, when = dialect.name(chosen["person"]["name"]), period.sql(dialect)
    filled = f"from {table.name} where {who} is not null and {dialect.name(period.column['name'])} is not null"
    sql = (
        f"select visits.period as {period.unit},\n"
        "  count(distinct case when visits.period = firsts.begun then visits.who end) as new,\n"
        "  count(distinct case when visits.period > firsts.begun then visits.who end) as came_back\n"
        f"from (select {who} as who, {when} as period {filled}) as visits\n"
        f"join (select {who} as who, min({when}) as begun {filled} group by {who}) as firsts on firsts.who = visits.who\n"
        "group by 1\norder by 1"
    )
    options = {"x": period.unit, "y": ["new", "came_back"], "stacked": True, "format": "integer"}
    people = parts.Figure(f"count(distinct {who})", "people", f"Different {columns.words(chosen['person']).lower()}", parts.WHOLE)
    again = Part(
        "number", "Came back at least once",
        f"select avg(case when times > 1 then 1.0 else 0.0 end) as share\n"
        f"from (select {who} as who, count(distinct {when}) as times {filled} group by {who}) as visits",
        {"value": "share", "format": "percent", "decimals": 0},
    )  # fmt: skip
    return [
        (Part("bar", f"New and returning by {period.unit}", sql, options), {"x": 0, "y": 0, "w": 18, "h": 14}),
        (parts.number(table.name, people, dialect), {"x": 18, "y": 0, "w": 6, "h": 7}),
        (again, {"x": 18, "y": 7, "w": 6, "h": 7}),
    ]  # fmt: skip


def _period(table: Table, when: Column) -> Period:
    return Period(when, "year" if is_year(when) else table.unit)


def _telling(table: Table, chosen: Chosen) -> list[Column]:
    """Return the columns that say most about a row: when, what, what was chosen, how much."""
    picked = [chosen[name] for name in ("moment",) if name in chosen]
    rest = [each for each in table.columns if not is_private(each) and each["type"] != "json"]
    first = [each for each in rest if is_title(each)] + [each for name, each in chosen.items() if name != "moment"]
    return list({each["name"]: each for each in [*picked, *first, *rest]}.values())[:LISTED_COLUMNS] or table.columns[:1]


def _stacked(table: Table, status: Column, group: Column) -> Part:
    dialect = table.dialect
    name, over = dialect.name(status["name"]), dialect.name(group["name"])
    words, tests = list(table.values), [f"{name} = {dialect.text(each)}" for each in table.values]
    # Without those that have no status or a rare one, bars would not add up to the total beside them.
    if table.has_none:
        words.append("(none)")
        tests.append(f"{name} is null or {dialect.words.format(name)} = ''")
    cases = [f"case when {test} then 1 else 0 end" for test in tests]
    if table.has_others:
        words.append("(others)")
        cases.append(f"case when {' or '.join(tests)} then 0 else 1 end")
    called = naming.spelled(words, {group["name"]})
    counts = [f"sum({case}) as {dialect.name(word)}" for case, word in zip(cases, called, strict=True)]
    sql = (
        f"select {over}, " + ",\n  ".join(counts) + f"\nfrom {table.name}\ngroup by 1\n"
        f"order by count(*) desc\nlimit {parts.MOST_BARS}"
    )
    options = {"x": group["name"], "y": called, "stacked": True, "horizontal": True, "format": "integer"}
    return Part("bar", f"{columns.words(status)} by {columns.words(group).lower()}", sql, options)


def _number(table: Table, figure: parts.Figure, when: Column | None) -> Part:
    if when and figure.is_average:
        return parts.latest(table.name, _period(table, when), figure, table.dialect)
    return parts.number(table.name, figure, table.dialect)


def _reckoned(figure: parts.Figure) -> dict[str, Any]:
    return {"column": figure.column, "label": figure.title[:120], "align": "right", **figure.written}


def _fullness(chosen: Chosen) -> int:
    return sum(10 for name in ("moment", "measure", "category") if name in chosen)


MOMENT = Slot("moment", "Date", lambda roles: roles.moments)
MEASURE = Slot("measure", "Figure", lambda roles: roles.measures)
CATEGORY = Slot("category", "Groups", lambda roles: roles.categories)
_STAGES = tuple(
    Slot(f"stage{at}", f"Stage {at}", lambda roles: roles.stages, at > 2)
    for at in range(1, MOST_STAGES + 1)
)
TEMPLATES = (
    Template("overview", "Overview", "How many, how much, over time, by group, and the latest rows.",
             (Slot("moment", "Date", MOMENT.role, True), Slot("measure", "Figure", MEASURE.role, True),
              Slot("category", "Groups", CATEGORY.role, True)), overview, lambda chosen: 52 + _fullness(chosen)),
    Template("glance", "Figures at a glance", "A few large figures that are read from across the room.",
             (MEASURE, Slot("second", "Second figure", MEASURE.role, True), Slot("third", "Third figure", MEASURE.role, True)),
             glance, lambda chosen: 48 + 8 * len(chosen)),
    Template("time", "Over time", "How a figure went, and how many rows there were.",
             (MOMENT, Slot("measure", "Figure", MEASURE.role, True)), over_time, lambda chosen: 58 + _fullness(chosen)),
    Template("ranking", "Ranking", "Which groups lead, as bars and as a list.",
             (CATEGORY, Slot("measure", "Figure", MEASURE.role, True)), ranking, lambda chosen: 57 + _fullness(chosen)),
    Template("newest", "The newest", "The latest rows, with what says most about them.", (MOMENT,), newest, lambda chosen: 55),
    Template("status", "Status by group", "How many rows each status has, and where.",
             (Slot("status", "Status", lambda roles: roles.statuses), Slot("category", "Groups", CATEGORY.role, True)),
             by_status, lambda chosen: 68 + _fullness(chosen)),
    Template("funnel", "How far they come", "Of all rows, how many reached each stage.", _STAGES, funnel,
             lambda chosen: 54 + 6 * len(chosen)),
    Template("returning", "New and returning", "How many are new, and how many come back.",
             (MOMENT, Slot("person", "Who", lambda roles: roles.people)), coming_back, lambda chosen: 66),
)  # fmt: skip
