"""What Relay keeps, one file per noun. Everything else imports from here."""

from .commands import COMMANDS_FOR, Command
from .fleet import Outage, SavedFilter
from .places import MOST_GROUPS, MOST_SITES, Group, Site
from .playlists import MOST_ENTRIES, Entry, Playlist
from .schedules import MOST_RULES, Rule, Schedule
from .screens import (
    ERRORS_COUNT_FOR,
    GOODBYE_AFTER,
    LATE_AFTER,
    OF_THE_ORGANIZATION,
    OFFLINE_AFTER,
    PAIRING_FOR,
    ClientError,
    Heartbeat,
    Pairing,
    Screen,
    Screens,
)  # fmt: skip

__all__ = [
    "COMMANDS_FOR", "ERRORS_COUNT_FOR", "GOODBYE_AFTER", "LATE_AFTER", "MOST_ENTRIES", "MOST_GROUPS", "MOST_RULES", "MOST_SITES",
    "OFFLINE_AFTER", "OF_THE_ORGANIZATION", "PAIRING_FOR", "ClientError", "Command", "Entry", "Group", "Heartbeat", "Outage",
    "Pairing", "Playlist", "Rule", "SavedFilter", "Schedule", "Screen", "Screens", "Site",
]  # fmt: skip
