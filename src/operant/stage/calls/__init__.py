"""
Somebody else's database as a data source, whatever speaks there: read and never written. Never call this inside a scope.

Nouns: *database* (where it is and how to sign in), *call* (one question, or one test, made by a process of its own),
*driver* (what speaks one kind's protocol in that process: those of `postgres` and `mysql`), *line* (where a call leads, and what it
may use), *dial* (its process, on the way there), *probe* (the connection tested step by step, and its tables read). Hard rules: a
driver runs in the process of a call only, which serves one question and is killed when it takes too much (`dialing.py` asks,
`child.py` answers); every wait has an end; what may come back is counted; the password leaves in no message.
"""

from .asking import ask
from .database import Database, Tls
from .dialing import STEPS
from .extracting import LIMITS as EXTRACTED
from .extracting import Poured, extract
from .probing import probe

__all__ = ["EXTRACTED", "STEPS", "Database", "Poured", "Tls", "ask", "extract", "probe"]
