"""
Ingest: many requests, one durable write.

Nouns: *lane* (one kind of sample, and the one statement that writes a batch of it), *batch* (whatever came while the
last one was written), *memory* (what a process knows of an organization until it hears that it changed). Rules: no
timer, a batch leaves as soon as the one before it is committed; nothing is acknowledged before its commit; a lane is
bounded and refuses what is too much; it writes across organizations as its own role, which may do nothing else.
"""

from .lane import Lane, Unavailable, spelled
from .memory import Memory

__all__ = ["Lane", "Memory", "Unavailable", "spelled"]
