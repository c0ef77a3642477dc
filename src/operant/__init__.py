"""Operant: an operations platform for service businesses. ARCHITECTURE.md is its floor plan."""

__version__ = "0.1.0"
