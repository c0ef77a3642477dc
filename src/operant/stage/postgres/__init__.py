"""
PostgreSQL as a data source: somebody else's database, read and never written. Never call this inside a scope.

Nouns: *database* (where it is and how to sign in), *call* (one question, or one test, made by a process of its own),
*session* (the connection in it), *probe* (the connection tested step by step, and its tables read). Hard rules: libpq
runs in the process of a call only, which is killed when it takes too much (`calling.py` asks, `child.py` answers); one
statement in a READ ONLY transaction that is always rolled back; every wait has an end; what may come back is counted;
the password leaves in no message.
"""

from .asking import ask
from .complaints import Unreachable
from .database import Database, Tls
from .probing import Report, Step, probe

__all__ = ["Database", "Report", "Step", "Tls", "Unreachable", "ask", "probe"]
