"""Operant: dashboards on every wall, and the rooms around them. One Django program; see ARCHITECTURE.md."""

__version__ = "0.1.0"
