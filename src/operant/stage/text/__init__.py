"""
Dashboards as text: YAML that people read, compare and keep beside their code.

Nouns: *name* (what a query or a widget is called in the text, in place of its id), *label* (what a source is called).
Rules: sources are named and never part of it, nor is anything secret; what is written is read back as the same
document; a text from anywhere is bounded before it is understood, and each mistake has a line and a path.
"""

from .reading import InvalidText, read
from .saved import is_saved, read_saved
from .writing import written, written_saved

__all__ = ["InvalidText", "is_saved", "read", "read_saved", "written", "written_saved"]
