"""The dashboard document, format 1: what the editor saves, a version freezes and a screen draws."""

from .options import FormatOptions
from .reading import InvalidDocument, parse
from .result import DataResult
from .shape import Document, Query, Widget, empty

__all__ = ["DataResult", "Document", "FormatOptions", "InvalidDocument", "Query", "Widget", "empty", "parse"]
