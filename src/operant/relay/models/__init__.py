"""What Relay keeps, one file per noun. Everything else imports from here."""

from .commands import COMMANDS_FOR, Command
from .deployments import MOST_STAGES, PATIENCE, STAND_FOR, DeployedScreen, Deployment
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
    "MOST_STAGES", "OFFLINE_AFTER", "OF_THE_ORGANIZATION", "PAIRING_FOR", "PATIENCE", "STAND_FOR", "ClientError", "Command",
    "DeployedScreen", "Deployment", "Entry", "Group", "Heartbeat", "Pairing", "Playlist", "Rule", "Schedule", "Screen",
    "Screens", "Site",
]  # fmt: skip
