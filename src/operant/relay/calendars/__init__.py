"""
Days that come from elsewhere: calendar files (RFC 5545) and public holidays. Nothing is asked over a network.

They become exceptions of schedules, after somebody looked at them.
"""

from .days import Day
from .files import read
from .public import countries, holidays, regions
from .reading import MOST_BYTES, MOST_DAYS, Reading

__all__ = ["MOST_BYTES", "MOST_DAYS", "Day", "Reading", "countries", "holidays", "read", "regions"]
