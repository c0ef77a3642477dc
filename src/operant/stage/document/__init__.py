"""The dashboard document, format 1: what the editor saves, a version freezes and a screen draws."""

from .options import FormatOptions
from .parameters import Parameters
from .reading import InvalidDocument, parse, parse_parameters, parse_setting, parse_steps
from .result import DataResult
from .shape import Document, Query, QueryColumn, Widget, empty
from .steps import Steps
from .variables import LONGEST_SET, MOST_CHOICES, MOST_VARIABLES

__all__ = [
    "LONGEST_SET", "MOST_CHOICES", "MOST_VARIABLES", "DataResult", "Document", "FormatOptions", "InvalidDocument",
    "Parameters", "Query", "QueryColumn", "Steps", "Widget", "empty", "parse", "parse_parameters", "parse_setting",
    "parse_steps",
]  # fmt: skip
