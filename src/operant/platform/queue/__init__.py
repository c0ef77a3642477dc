"""
Short jobs and the clock.

Nouns: *job* (short, carries ids only, may be lost without harm), *wait* (a due column that the clock claims in
leased batches). Rules: a wait is never a job; a job opens its own scope; arguments are ids and never content.
"""

from .jobs import defer, job
from .waits import register_wait

__all__ = ["defer", "job", "register_wait"]
