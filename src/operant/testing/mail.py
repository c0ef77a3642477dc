"""Mails as a person reads them: the code, the link."""

import re


def code_in(text: str) -> str:
    """Return the code that a mail carries."""
    (found,) = re.findall(r"code is (\S+)\.", text)
    return found


def link_in(text: str) -> str:
    """Return the one address that a mail carries."""
    (found,) = set(re.findall(r"https?://\S+", text))
    return found
