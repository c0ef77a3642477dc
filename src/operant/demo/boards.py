"""The demo's dashboards, written as their documents."""

from decimal import Decimal
from typing import Any

from operant.stage.terms import Terms

EURO = {"format": "currency", "currency": "EUR", "decimals": 0}
CLAIMS_PILE_UP = Terms("Claims pile up", "open", "claims", "last", "above", Decimal(15), rest_seconds=3_600)


def pulse(deliveries: str, claims: str) -> dict[str, Any]:
    """Return Harbour's company pulse, over the public ids of its two sources."""
    week = "day > (SELECT max(day) FROM deliveries) - INTERVAL 7 DAY"
    before = f"NOT ({week}) AND day > (SELECT max(day) FROM deliveries) - INTERVAL 14 DAY"
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
               "SELECT shop, sum(parcels) AS parcels FROM deliveries "
               "WHERE day > (SELECT max(day) FROM deliveries) - INTERVAL 30 DAY GROUP BY 1 ORDER BY 2 DESC"),
        _query("latest", "Latest claims", claims,
               "SELECT opened_on, depot, reason, amount, state FROM claims ORDER BY opened_on DESC, amount DESC LIMIT 8"),
    ]
    widgets = [
        _number("Revenue this week", 0, "week", "revenue", "revenue_before", **EURO),
        _number("Parcels this week", 6, "week", "parcels", "parcels_before", format="integer"),
        _number("On time", 12, "week", "on_time", "on_time_before", format="percent", decimals=1),
        _number("Open claims", 18, "open", "claims", None, format="integer", goal="down"),
        _widget("months", "line", "Revenue by month", (0, 4, 15, 5), "months",
                {"x": "month", "y": ["Hamburg", "Leipzig", "Vienna"], **EURO, "area": False}),
        _widget("shops", "bar", "Parcels by shop, last 30 days", (15, 4, 9, 10), "shops",
                {"x": "shop", "y": ["parcels"], "horizontal": True, "stacked": False, "format": "integer"}),
        _widget("latest", "table", "Latest claims", (0, 9, 15, 5), "latest",
                {"columns": [{"column": "opened_on", "label": "Opened"}, {"column": "depot", "label": "Depot"},
                             {"column": "reason", "label": "Reason"},
                             {"column": "amount", "label": "Amount", "format": "currency", "align": "right"},
                             {"column": "state", "label": "State"}], "rows": 8}),
    ]
    return _document("Company pulse", queries, widgets)


def rounds(visits: str) -> dict[str, Any]:
    """Return Meadow's garden rounds, over the public id of its source."""
    queries = [
        _query("week", "This week against last", visits,
               "WITH last AS (SELECT max(visited_on) AS day FROM visits) "
               "SELECT count(*) FILTER (visited_on > day - INTERVAL 7 DAY) AS visits, "
               "count(*) FILTER (visited_on <= day - INTERVAL 7 DAY AND visited_on > day - INTERVAL 14 DAY) AS before, "
               "avg(rating) FILTER (visited_on > day - INTERVAL 30 DAY) AS rating FROM visits, last"),
        _query("months", "Hours by month", visits,
               "SELECT date_trunc('month', visited_on)::DATE AS month, sum(hours) AS hours FROM visits "
               "GROUP BY 1 ORDER BY 1"),
        _query("services", "Income by service", visits,
               "SELECT service, round(sum(price)) AS income FROM visits GROUP BY 1 ORDER BY 2 DESC"),
    ]
    widgets = [
        _number("Visits this week", 0, "week", "visits", "before", format="integer", w=8),
        _number("Rating, last 30 days", 8, "week", "rating", None, format="number", decimals=2, w=8),
        _widget("note", "text", "", (16, 0, 8, 4), None,
                {"text": "**Rain plan**\n\nHedges first, mowing after noon.", "size": "m", "align": "left"}),
        _widget("months", "line", "Hours by month", (0, 4, 14, 10), "months",
                {"x": "month", "y": ["hours"], "format": "integer", "area": True}),
        _widget("services", "bar", "Income by service", (14, 4, 10, 10), "services",
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
