"""PostgreSQL as the process of a call knows it."""

from functools import partial

from ..calls import complaints
from .connecting import session, warm_up
from .database import Database
from .querying import answer, pour
from .reading import tables

understood = partial(complaints.understood, Database.product)

__all__ = ["Database", "answer", "pour", "session", "tables", "understood", "warm_up"]
