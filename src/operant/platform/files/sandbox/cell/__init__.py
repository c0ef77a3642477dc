"""What runs inside the sandbox process, and nothing else.

These modules import the standard library, DuckDB and calamine only: no Django, no settings, no secrets. They are loaded by
path in a fresh interpreter (see `runner`), so they must not import anything from `operant`.
"""
