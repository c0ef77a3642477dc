"""What both ends of a call agree on: seconds beyond those of its limits, and how much longer bytes are on their way."""

GRACE_SECONDS = 1.5
CANCEL_SECONDS = 2
LOCK_SECONDS = 3
BEGUN = "begun"
"""What a process says when the database has answered it after the sign-in."""
# JSON writes some characters as six, and every row has a head of its own.
WRITTEN, OVERHEAD = 8, 1 << 20
MOST_COLUMNS = 500
"""Of one answer."""
MOST_TABLES, MOST_LISTED_COLUMNS = 500, 8_000
LONGEST_VERSION = 40
