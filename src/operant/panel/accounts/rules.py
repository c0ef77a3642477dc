"""Who may become a person here: pure policy."""

from datetime import timedelta

from disposable_email_domains import blocklist

# Sign-ups that one network may make without an invitation, by the span that they are counted in.
SIGN_UPS = ((timedelta(hours=1), 10), (timedelta(days=1), 30))


def is_disposable(address: str) -> bool:
    """Whether a mail address is of a service that gives one to anybody for a few minutes."""
    labels = address.rpartition("@")[2].lower().rstrip(".").split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))
