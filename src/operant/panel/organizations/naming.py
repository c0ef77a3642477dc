"""What an organization and its parts may be called: what people may be."""

from operant.panel.accounts.naming import checked, plain

__all__ = ["of_organization", "plain"]


def of_organization(text: str) -> str:
    """
    Return the name of an organization.

    :raises Invalid: when nothing is left of it, it is too long, or it holds an address.
    """
    return checked(text, "The name of an organization")
