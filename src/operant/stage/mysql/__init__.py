"""
MySQL and MariaDB as somebody else's database: the driver that speaks to them in the process of a call (`stage.calls`).

Nouns: *wire* (PyMySQL's connection, which signs in and carries packets), *session* (what one call does over it), *watch*
(the bell that ends whatever takes too long or brings too much). Hard rules: what is asked stands alone as one whole
statement, and in brackets as one that gives rows, before it runs; it runs in a READ ONLY transaction that is never
committed; what goes on at the end is killed there.
"""

from .database import Database

__all__ = ["Database"]
