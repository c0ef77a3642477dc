"""
Short jobs and the clock.

Nouns: *job* (short, carries ids only, may be lost without harm), *wait* (a due column that the clock claims in
leased batches), *chore* (a job queued once in every interval). Rules: a wait is never a job; a job opens its own
scope; arguments are ids and never content; whatever grows has a chore that lets it shrink.
"""

from .jobs import CALLS, LONG, OUTSIDE, SLOW, defer, job, waiting
from .stopping import given_back
from .upkeep import every, organizations
from .waits import register_wait

__all__ = ["CALLS", "LONG", "OUTSIDE", "SLOW", "defer", "every", "given_back", "job", "organizations", "register_wait", "waiting"]
