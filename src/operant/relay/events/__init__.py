"""What Relay announces, one file per noun. Everything else imports from here."""

from .alerts import *  # noqa: F403
from .deployments import *  # noqa: F403
from .places import *  # noqa: F403
from .screens import *  # noqa: F403
from .takeovers import *  # noqa: F403
