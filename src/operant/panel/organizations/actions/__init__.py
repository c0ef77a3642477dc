"""The verbs of organizations, by life stage."""

from .belonging import change_role, enroll, hand_over, remove, standing
from .founding import add_operator, found
from .inviting import invite, join, resend, revoke
from .rights import end_rights, give_right
from .serving import change_service_role, end_service_account, make_service_account
from .settling import change_settings, put_logo, remove_logo

__all__ = [
    "add_operator", "change_role", "change_service_role", "change_settings", "end_rights", "end_service_account", "enroll",
    "found", "give_right", "hand_over", "invite", "join", "make_service_account", "put_logo", "remove", "remove_logo",
    "resend", "revoke", "standing",
]  # fmt: skip
