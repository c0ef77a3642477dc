"""What Relay keeps, one file per noun. Everything else imports from here."""

from .alerts import FEWEST_ERRORS, MOST_ERRORS, MOST_HOURS, MOST_MINUTES, Alarm, Alerting, Kind, Watch
from .commands import COMMANDS_FOR, Command
from .deployments import MOST_STAGES, PATIENCE, STAND_FOR, DeployedScreen, Deployment
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
from .screenshots import Screenshot
from .takeovers import KEPT, MOST_TEXT, Cover, Takeover

__all__ = [
    "COMMANDS_FOR", "ERRORS_COUNT_FOR", "FEWEST_ERRORS", "GOODBYE_AFTER", "KEPT", "LATE_AFTER", "MOST_ENTRIES", "MOST_ERRORS",
    "MOST_GROUPS", "MOST_HOURS", "MOST_MINUTES", "MOST_RULES", "MOST_SITES", "MOST_STAGES", "MOST_TEXT", "OFFLINE_AFTER",
    "OF_THE_ORGANIZATION", "PAIRING_FOR", "PATIENCE", "STAND_FOR", "Alarm", "Alerting", "ClientError", "Command", "Cover",
    "DeployedScreen", "Deployment", "Entry", "Group", "Heartbeat", "Kind", "Outage", "Pairing", "Playlist", "Rule",
    "SavedFilter", "Schedule", "Screen", "Screens", "Screenshot", "Site", "Takeover", "Watch",
]  # fmt: skip
