"""The demo's dashboards, written as their documents."""

from decimal import Decimal
from typing import Any

from operant.stage.terms import Terms

EURO = {"format": "currency", "currency": "EUR", "decimals": 0}
ON_TIME = [
    {"when": "at_least", "value": 0.95, "role": "good", "label": "As promised"},
    {"when": "below", "value": 0.95, "role": "warning", "label": "Late"},
    {"when": "below", "value": 0.9, "role": "bad", "label": "Too late"},
]
STARS = [
    {"when": "at_least", "value": 4.5, "role": "good", "label": "Delighted"},
    {"when": "below", "value": 4, "role": "warning", "label": "Ask why"},
]
CLAIMS = [{"when": "at_least", "value": 15, "role": "bad", "label": "Piling up"}]
STATES = [{"when": "is", "value": "open", "role": "warning", "label": "Open"}]
CLAIMS_PILE_UP = Terms("Claims pile up", "open", "claims", "last", "above", Decimal(15), rest_seconds=3_600)


def pulse(deliveries: str, claims: str) -> dict[str, Any]:
    """Return Harbour's company pulse, over the public ids of its two sources."""
    week = "day > (SELECT max(day) FROM deliveries) - INTERVAL 7 DAY"
    before = f"NOT ({week}) AND day > (SELECT max(day) FROM deliveries) - INTERVAL 14 DAY"
    month = "day > (SELECT max(day) FROM deliveries) - INTERVAL 30 DAY"
    month_before = f"NOT ({month}) AND day > (SELECT max(day) FROM deliveries) - INTERVAL 60 DAY"
    queries = [
        _query("week", "This week against last", deliveries,
               f"SELECT sum(revenue) FILTER ({week}) AS revenue, sum(revenue) FILTER ({before}) AS revenue_before, "
               f"sum(parcels) FILTER ({week}) AS parcels, sum(parcels) FILTER ({before}) AS parcels_before, "
               f"avg(on_time::INT) FILTER ({week}) AS on_time, avg(on_time::INT) FILTER ({before}) AS on_time_before "
               "FROM deliveries"),
        _query("open", "Open claims", claims, "SELECT count(*) AS claims FROM claims WHERE state = 'open'"),
        _query("months", "Revenue by month and depot", deliveries,
               "SELECT date_trunc('month', day)::DATE AS month, "
               "round(sum(revenue) FILTER (depot = 'Hamburg')) AS \"Hamburg\", "
               "round(sum(revenue) FILTER (depot = 'Leipzig')) AS \"Leipzig\", "
               "round(sum(revenue) FILTER (depot = 'Vienna')) AS \"Vienna\" FROM deliveries "
               "WHERE day >= date_trunc('month', current_date) - INTERVAL 11 MONTH GROUP BY 1 ORDER BY 1"),
        _query("shops", "Parcels by shop, last 30 days", deliveries,
               f"SELECT shop, sum(parcels) FILTER ({month}) AS parcels, sum(parcels) FILTER ({month_before}) AS before "
               "FROM deliveries GROUP BY 1 ORDER BY 2 DESC"),
        _query("depots", "On time by depot, last 7 days", deliveries,
               f"SELECT depot, avg(on_time::INT) AS on_time FROM deliveries WHERE {week} GROUP BY 1 ORDER BY 1"),
        _query("latest", "Latest claims", claims,
               "SELECT opened_on, depot, reason, amount, state FROM claims ORDER BY opened_on DESC, amount DESC LIMIT 8"),
    ]
    widgets = [
        _number("Revenue this week", 0, "week", "revenue", "revenue_before", **EURO),
        _number("Parcels this week", 6, "week", "parcels", "parcels_before", format="integer"),
        _number("On time", 12, "week", "on_time", "on_time_before", format="percent", decimals=1, rules=ON_TIME),
        _number("Open claims", 18, "open", "claims", None, format="integer", goal="down", rules=CLAIMS),
        _widget("months", "line", "Revenue by month", (0, 4, 15, 5), "months",
                {"x": "month", "y": ["Hamburg", "Leipzig", "Vienna"], **EURO, "area": False}),
        _widget("shops", "leaderboard", "Parcels by shop, last 30 days", (15, 4, 9, 6), "shops",
                {"names": "shop", "value": "parcels", "compare": "before", "goal": "up", "order": "highest", "rows": 8,
                 "format": "integer"}),
        _widget("depots", "status", "On time by depot, last 7 days", (15, 10, 9, 4), "depots",
                {"names": "depot", "value": "on_time", "format": "percent", "decimals": 1, "rules": ON_TIME}),
        _widget("latest", "table", "Latest claims", (0, 9, 15, 5), "latest",
                {"columns": [{"column": "opened_on", "label": "Opened"}, {"column": "depot", "label": "Depot"},
                             {"column": "reason", "label": "Reason"},
                             {"column": "amount", "label": "Amount", "format": "currency", "align": "right"},
                             {"column": "state", "label": "State", "rules": STATES}], "rows": 8}),
    ]
    return _document("Company pulse", queries, widgets)


def rounds(visits: str) -> dict[str, Any]:
    """Return Meadow's garden rounds, over the public id of its source."""
    queries = [
        _query("week", "This week against last", visits,
               "WITH last AS (SELECT max(visited_on) AS day FROM visits) "
               "SELECT count(*) FILTER (visited_on > day - INTERVAL 7 DAY) AS visits, "
               "count(*) FILTER (visited_on <= day - INTERVAL 7 DAY AND visited_on > day - INTERVAL 14 DAY) AS before, "
               "sum(hours) FILTER (visited_on > day - INTERVAL 7 DAY) AS hours, "
               "sum(hours) FILTER (visited_on <= day - INTERVAL 7 DAY AND visited_on > day - INTERVAL 14 DAY) AS hours_before, "
               "avg(rating) FILTER (visited_on > day - INTERVAL 30 DAY) AS rating FROM visits, last"),
        _query("months", "Hours by month", visits,
               "SELECT date_trunc('month', visited_on)::DATE AS month, sum(hours) AS hours FROM visits "
               "GROUP BY 1 ORDER BY 1"),
        _query("services", "Income by service", visits,
               "SELECT service, round(sum(price)) AS income FROM visits GROUP BY 1 ORDER BY 2 DESC"),
    ]
    widgets = [
        _number("Visits this week", 0, "week", "visits", "before", format="integer", w=8),
        _widget("rating", "gauge", "Rating, last 30 days", (0, 4, 7, 5), "week",
                {"value": "rating", "low": 1, "high": 5, "target": 4.5, "format": "number", "decimals": 2, "rules": STARS}),
        _widget("hours", "progress", "Hours this week, of last week's", (8, 0, 8, 4), "week",
                {"value": "hours", "target_column": "hours_before", "format": "integer", "unit": "h",
                 "rules": [{"when": "at_least", "value": 1, "role": "good", "label": "Done"}]}),
        _widget("note", "text", "", (16, 0, 8, 4), None,
                {"text": "**Rain plan**\n\nHedges first, mowing after noon.", "size": "m", "align": "left"}),
        _widget("months", "line", "Hours by month", (7, 4, 17, 5), "months",
                {"x": "month", "y": ["hours"], "format": "integer", "area": True}),
        _widget("shares", "donut", "Shares of income", (0, 9, 10, 5), "services",
                {"names": "service", "value": "income", **EURO}),
        _widget("services", "bar", "Income by service", (10, 9, 14, 5), "services",
                {"x": "service", "y": ["income"], "horizontal": False, "stacked": False, **EURO}),
    ]
    return _document("Garden rounds", queries, widgets)


def welcome() -> dict[str, Any]:
    """Return what guests of Harbour read in its lobby."""
    texts = (
        ("hello", (0, 0, 24, 6), "# Welcome to Harbour Parcels\n\nPlease sign in at the desk.", "l"),
        ("today", (0, 6, 12, 8), "**Tours of the hall**\n\nDaily at 10:00 and 14:00, from the lobby.", "m"),
        ("safety", (12, 6, 12, 8), "**In the hall**\n\nHigh-visibility vests hang by the door.", "m"),
    )
    widgets = [
        _widget(key, "text", "", place, None, {"text": text, "size": size, "align": "left"})
        for key, place, text, size in texts
    ]
    return _document("Welcome", [], widgets)


def _document(title: str, queries: list, widgets: list) -> dict[str, Any]:
    return {"format": 1, "title": title, "grid": {"columns": 24, "rows": 14}, "queries": queries, "widgets": widgets}


def _query(key: str, name: str, source: str, sql: str) -> dict[str, Any]:
    return {"id": key, "name": name, "source": source, "sql": sql, "refresh_seconds": 300}


def _number(title: str, x: int, query: str, value: str, compare: str | None, *, w: int = 6, **options: Any) -> dict:
    named = {"value": value, "compare": compare, "goal": "up", **options}
    return _widget(f"n{x}", "number", title, (x, 0, w, 4), query, named)


def _widget(key: str, kind: str, title: str, place: tuple[int, int, int, int], query: str | None, options: dict) -> dict:
    x, y, w, h = place
    return {"id": key, "kind": kind, "title": title, "x": x, "y": y, "w": w, "h": h, "query": query, "options": options}
