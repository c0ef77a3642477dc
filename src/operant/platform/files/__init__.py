"""
Files: what people upload, kept per organization; and the sandbox that reads it.

Nouns: *file* (a row and its bytes in the storage, under the organization's id), *download* (a signed, expiring
address), *check* (a callable that may refuse content before it is kept, such as a virus scanner), *sandbox* (the
process in which files and SQL are read). Rules: bytes are whole before their row exists; content decides the kind,
never a name; nothing a person uploaded is ever served as a page, and only pictures are shown, written anew; tables and
SQL are opened in the sandbox only.
"""

from .checks import checks_content
from .storing import NoRoom, adopt, store, store_picture

__all__ = ["NoRoom", "adopt", "checks_content", "store", "store_picture"]
