"""The verbs of organizations, by life stage."""

from .belonging import change_role, enroll, hand_over, remove
from .founding import add_operator, found, rename
from .inviting import invite, join, resend, revoke
from .rights import end_rights, give_right

__all__ = [
    "add_operator", "change_role", "end_rights", "enroll", "found", "give_right", "hand_over", "invite", "join", "remove",
    "rename", "resend", "revoke",
]  # fmt: skip
