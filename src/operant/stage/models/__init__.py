"""What Stage keeps, one file per noun. Everything else imports from here."""

from .alerts import Alert, AlertReading
from .annotations import Annotation
from .dashboards import Dashboard, DashboardQuerySet, DashboardVersion, EarlierDraft, Editing, PlannedPublication, Star, Use
from .extracts import Extract
from .results import RENEWED_BEFORE, WATCHED_FOR, PastFigures, Result
from .runs import LoggedRun, Viewer
from .saved import SavedQuery, SavedUse
from .shares import Share
from .source_versions import SourceVersion
from .sources import HELD_BACK, MOST_READINGS, Connection, Push, Source

__all__ = [
    "HELD_BACK", "MOST_READINGS", "RENEWED_BEFORE", "WATCHED_FOR", "Alert", "AlertReading", "Annotation", "Connection",
    "Dashboard", "DashboardQuerySet", "DashboardVersion", "EarlierDraft", "Editing", "Extract", "LoggedRun", "PastFigures",
    "PlannedPublication", "Push", "Result", "SavedQuery", "SavedUse", "Share", "Source", "SourceVersion", "Star", "Use",
    "Viewer",
]  # fmt: skip
