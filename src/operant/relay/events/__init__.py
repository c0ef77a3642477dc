"""What Relay announces, one file per noun. Everything else imports from here."""

from .deployments import *  # noqa: F403
from .places import *  # noqa: F403
from .screens import *  # noqa: F403
