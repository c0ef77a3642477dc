"""
What a message may be about: a closed list.

Each category is one of the four uses that a mail address may be put to. An essential one cannot be switched off and
says why; every other has a link that ends it.
"""

from dataclasses import dataclass
from enum import StrEnum

SUMMARY, PRODUCT_UPDATE = "summary", "product_update"


class Use(StrEnum):
    """What a mail address may be used for. There is no fifth."""

    SIGN_IN = "sign_in"
    RESET = "reset"
    REPLY = "reply"
    NOTICE = "notice"


@dataclass(frozen=True)
class Category:
    """
    One kind of message: what it is called, what stands in it, and why it cannot be switched off, if so.

    What `is_for_operators` reaches nobody but those who run the installation.
    """

    name: str
    label: str
    meaning: str
    use: Use = Use.NOTICE
    why_essential: str = ""
    is_for_operators: bool = False

    @property
    def is_essential(self) -> bool:
        return bool(self.why_essential)


CATEGORIES = {
    each.name: each
    for each in (
        Category(
            "sign_in", "Codes", "Codes that confirm an address or a sign-in.", Use.SIGN_IN,
            why_essential="You asked for them, and without them you could not sign in.",
        ),
        Category(
            "reset", "Password resets", "Codes with which a new password is set.", Use.RESET,
            why_essential="They are the way back in when a password is lost.",
        ),
        Category(
            "security", "Safety of your account", "Your password, your mail address or another way to sign in changed.",
            why_essential="If it was not you, this is how you learn of it.",
        ),
        Category(
            "account", "Your memberships", "Invitations, a role of yours that changed, a new owner, the end of a membership.",
            why_essential="They say where you belong and what you may do there.",
        ),
        Category(
            "installation", "This installation", "The worker does not work, or works again.",
            why_essential="You run this installation: nothing else tells you while nobody works.", is_for_operators=True,
        ),
        Category("screens", "Screens", "Screens went offline, show an old version or need somebody otherwise, and are well again."),
        Category("data", "Data sources", "A file or a database could not be read."),
        Category("alerts", "Alerts", "An alert on a dashboard's figures fired or is over, or has nothing to look at any more."),
        Category("people", "People", "Somebody joined or left."),
        Category("programs", "Programs", "API tokens were made or revoked, or a webhook endpoint was disabled."),
        Category("audit", "Audit log", "The audit log no longer holds what it was sealed with."),
        Category(PRODUCT_UPDATE, "Product updates", "What is new in Operant, from whoever runs this installation."),
        Category(SUMMARY, "Several of these in one mail", "What came together, or what you read once a day."),
    )
}  # fmt: skip
"""Every category by its name."""


def named(name: str) -> Category:
    """
    Return a category.

    :raises LookupError: when there is none of that name.
    """
    if name not in CATEGORIES:
        raise LookupError(f"There is no category {name!r}: a mail without one of the four uses is not sent.")
    return CATEGORIES[name]


def optional() -> list[Category]:
    """Return the categories that a person may switch off one by one."""
    return [each for each in CATEGORIES.values() if not each.is_essential and each.name != SUMMARY]
